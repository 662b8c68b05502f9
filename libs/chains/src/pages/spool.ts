import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { UploadedFile } from '@carers/pages';

/**
 * Takes all of a file in before anything is done with it, so that whoever sends slowly holds no connection to the
 * database; it lies in a folder that nobody else may read, and is gone after.
 * @throws FileTooLarge, FormNotReadable
 */
export async function spooled<T>(
  file: UploadedFile,
  work: (bytes: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'upload-'));
  try {
    const path = join(folder, 'file');
    await pipeline(file.bytes, createWriteStream(path, { mode: 0o600 }));
    return await work(createReadStream(path));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
