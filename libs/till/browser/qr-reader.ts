import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

/**
 * Reads QR codes with zxing, for browsers that cannot do it themselves. A file of its own, so that only they fetch it.
 * @param wasm address of `zxing_reader.wasm`, of the same version as this script
 */
export async function zxingReader(wasm: string): Promise<(picture: ImageData) => Promise<string | null>> {
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return async (picture) => {
    const [found] = await readBarcodes(picture, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 1 });
    return found?.text || null;
  };
}
