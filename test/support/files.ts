import PDFDocument from 'pdfkit';
import sharp from 'sharp';

/** Bytes as they come with a form, in pieces. */
export async function* inPieces(bytes: Uint8Array, size = 50_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield Promise.resolve(bytes.subarray(at, at + size));
}

/** A PDF with one page for each text; `setUp` may add to it before it ends. */
export async function pdfOf(
  texts: string[] = ['Public liability insurance'],
  setUp?: (document: PDFKit.PDFDocument) => void,
  options: PDFKit.PDFDocumentOptions = {},
): Promise<Buffer> {
  const document = new PDFDocument({ size: 'A4', ...options });
  const pieces: Buffer[] = [];
  document.on('data', (piece: Buffer) => pieces.push(piece));
  const ended = new Promise((done) => document.on('end', done));
  texts.forEach((text, at) => (at > 0 ? document.addPage() : document).text(text));
  setUp?.(document);
  document.end();
  await ended;
  return Buffer.concat(pieces);
}

/** A plain picture, wider than high. */
export function picture(width = 400, height = 300, colour = '#336699') {
  return sharp({ create: { width, height, channels: 3, background: colour } });
}

/** The first bytes of an HEIC photo: a box `ftyp` with its brand (ISO/IEC 14496-12 and 23008-12). */
export function heic(brand = 'heic'): Buffer {
  return Buffer.concat([
    Buffer.from([0, 0, 0, 24]),
    Buffer.from(`ftyp${brand}\0\0\0\0mif1${brand}`),
    Buffer.alloc(500),
  ]);
}
