import { StreamableFile } from '@nestjs/common';
import type { DocumentFile } from '../documents/document-files.js';

/** A document as an answer: shown by the browser, saved under its number. */
export function pdfFile({ name, bytes }: DocumentFile): StreamableFile {
  return new StreamableFile(bytes, { type: 'application/pdf', disposition: `inline; filename="${name}"` });
}
