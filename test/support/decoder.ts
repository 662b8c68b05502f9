import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

let ready: Promise<unknown> | undefined;

/** What an independent decoder (ZXing) reads in a picture: the text of the one QR code in it, or null. */
export async function decodeQr(picture: Uint8Array | ImageData): Promise<string | null> {
  ready ??= prepare();
  await ready;
  const [found, another] = await readBarcodes(picture, { formats: ['QRCode'] });
  return found?.isValid && !another ? found.text : null;
}

/** The same for one-dimensional codes: the text of the one in a picture, or null. */
export async function decodeBars(picture: Uint8Array | ImageData, format: 'Code128' | 'EAN13'): Promise<string | null> {
  ready ??= prepare();
  await ready;
  const [found, another] = await readBarcodes(picture, { formats: [format] });
  return found?.isValid && !another ? found.text : null;
}

/** From the package on the disk: by itself it would ask the network for it. */
async function prepare(): Promise<void> {
  const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
  const wasmBinary = Uint8Array.from(await readFile(wasm)).buffer;
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
}
