import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { randomBytes } from 'node:crypto';
import QRCode from 'qrcode';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { cardUrl } from './card-url.js';
import { newCredentialId } from './claims.js';
import { signCredential } from './credential.js';
import { generateSigningKey, nodeSigner } from './node-keys.js';
import { printedName } from './printed-name.js';
import { qrModules, qrSvg } from './browser-qr.js';
import { qrPng } from './qr.js';

const signer = nodeSigner(generateSigningKey());
const host = 'https://card.dorset.example';

/** The URL of a card with an index as high as a scheme of millions needs. */
async function urlFor(firstName: string, extra: { notBefore?: Date; kind?: 'young' } = {}): Promise<string> {
  const token = await signCredential(
    {
      credentialId: newCredentialId(randomBytes),
      expiresAt: new Date('2028-12-01'),
      statusIndex: 0xffff_fffe,
      kind: 'adult',
      firstName: printedName(firstName),
      ...extra,
    },
    signer,
  );
  return cardUrl(host, token);
}

describe('the QR code of a card', () => {
  beforeAll(async () => {
    const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
    const wasmBinary = Uint8Array.from(await readFile(wasm)).buffer;
    await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  });

  it.each(['Jo', 'Margaret', 'Christopher'])('is version 8 at level M for %s', async (firstName) => {
    const url = await urlFor(firstName);
    expect(qrModules(url)).toMatchObject({ version: 8, size: 49, quietZone: 4 });
  });

  it('is never more than version 9, with the longest name and a later beginning', async () => {
    for (const longest of ['Wilhelmina-Charlotte', 'শর্মিষ্ঠা শর্মিষ্ঠা শর্মিষ্ঠা']) {
      const url = await urlFor(longest, { notBefore: new Date('2027-01-01'), kind: 'young' });
      expect(qrModules(url).version).toBe(9);
    }
  });

  it('is version 9 with the rotating code of a phone, for all but the shortest names', async () => {
    const names = ['Jo', 'Margaret', 'Christopher', 'Wilhelmina-Charlotte', 'শর্মিষ্ঠা শর্মিষ্ঠা শর্মিষ্ঠা'];
    const versions = [];
    for (const name of names) versions.push(qrModules(`${await urlFor(name)}.AB2CD`).version);
    expect(versions).toEqual([8, 9, 9, 9, 9]);
  });

  it('is in alphanumeric mode, which small letters would lose', async () => {
    const url = await urlFor('Margaret');
    expect(url).toMatch(/^[0-9A-Z $%*+\-./:]+$/);
    const alphanumeric = QRCode.create([{ data: url, mode: 'alphanumeric' }], { errorCorrectionLevel: 'M' });
    const ours = qrModules(url);
    expect(alphanumeric.segments.map((segment) => String((segment.mode as { id: string }).id))).toEqual([
      'Alphanumeric',
    ]);
    expect(drawn(ours)).toBe(drawn({ ...ours, isDark: (row, column) => alphanumeric.modules.get(row, column) !== 0 }));
    expect(qrModules(url.toLowerCase()).version).toBeGreaterThan(8);
  });

  it('is read from the PNG by the scanner of the till', async () => {
    const url = await urlFor('Siân');
    const [found, ...more] = await readBarcodes(Uint8Array.from(qrPng(url, { scale: 3 })), {
      formats: ['QRCode'],
    });
    expect(more).toEqual([]);
    expect(found).toMatchObject({ text: url, ecLevel: 'M', isValid: true });
  });

  it('has the same modules in the SVG, in ink on white, with four modules of quiet zone', async () => {
    const url = await urlFor('Margaret');
    const code = qrModules(url);
    const svg = qrSvg(url, { label: 'Card of "Anna" & <Co>' });
    expect(svg).toContain('viewBox="0 0 57 57"');
    expect(svg).toContain('<path fill="#ffffff" d="M0 0h57v57H0z"/>');
    expect(svg).toContain('role="img" aria-label="Card of &quot;Anna&quot; &amp; &lt;Co>"');
    const ink = /fill="#0b2b33" d="([^"]+)"/.exec(svg)![1]!;
    const dark = new Set<string>();
    for (const [, x, y, length] of ink.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
      for (let i = 0; i < Number(length); i++) dark.add(`${Number(y) - 4},${Number(x) - 4 + i}`);
    }
    expect(drawn({ ...code, isDark: (row, column) => dark.has(`${row},${column}`) })).toBe(drawn(code));
    expect(qrSvg(url)).toContain('aria-hidden="true"');
  });

  it('can also be made for an address in small letters', async () => {
    const png = Uint8Array.from(qrPng('https://card.example/offers/new'));
    expect((await readBarcodes(png))[0]?.text).toBe('https://card.example/offers/new');
  });
});

function drawn(code: { size: number; isDark(row: number, column: number): boolean }): string {
  const rows = Array.from({ length: code.size }, (_, row) =>
    Array.from({ length: code.size }, (_, column) => (code.isDark(row, column) ? '#' : ' ')).join(''),
  );
  return rows.join('\n');
}
