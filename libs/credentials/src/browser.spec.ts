import { beforeAll, describe, expect, it } from '@jest/globals';
import { build, type BuildResult } from 'esbuild';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { qrSvg } from './browser-qr.js';
import { signCredential } from './credential.js';
import { generateSigningKey, nodeSigner } from './node-keys.js';
import { toJwks } from './signing-key.js';

describe('the browser’s door', () => {
  let bundle: BuildResult<{ write: false; metafile: true }>;
  beforeAll(async () => {
    bundle = await build({
      entryPoints: [fileURLToPath(new URL('./browser.ts', import.meta.url))],
      bundle: true,
      write: false,
      metafile: true,
      minify: true,
      platform: 'browser',
      format: 'iife',
      globalName: 'credentials',
    });
  });

  it('bundles with nothing of Node and nothing that draws', () => {
    const inputs = Object.keys(bundle.metafile.inputs);
    expect(inputs.filter((path) => /node:|node-keys|\bqr\b|qrcode/.test(path))).toEqual([]);
    const packages = inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
    expect([...new Set(packages)]).toEqual(['cborg', '@noble/hashes']);
    expect(bundle.warnings).toEqual([]);
  });

  it('is small', () => {
    expect(bundle.outputFiles[0]!.contents.length).toBeLessThan(50_000);
  });

  it('checks a card where there is only what a browser has', async () => {
    const key = generateSigningKey();
    const token = await signCredential(
      {
        credentialId: '0123456789abcdef',
        expiresAt: new Date('2028-12-01'),
        statusIndex: 5,
        kind: 'test',
        firstName: 'Zoë',
      },
      nodeSigner(key),
    );
    // A fresh realm has the language alone: no Buffer, no process, no require.
    const realm = vm.createContext({ crypto, TextEncoder, TextDecoder, URL, atob, btoa });
    const script = `${bundle.outputFiles[0]!.text}
      const { WebVerifyingKeys, verifyCredential } = credentials;
      (async () => {
        const keys = await WebVerifyingKeys.from(${JSON.stringify(toJwks([key]))});
        const now = new Date('2027-01-01');
        const texts = ['${token}', '${token.slice(0, -9)}AAAAAAAAA', 'x'];
        return JSON.stringify(await Promise.all(texts.map((text) => verifyCredential(text, keys, { now }))));
      })()`;
    const checks = JSON.parse(await (vm.runInContext(script, realm) as Promise<string>)) as object[];
    expect(checks[0]).toMatchObject({ ok: true, kid: key.kid, claims: { firstName: 'Zoë', kind: 'test' } });
    expect(checks.slice(1)).toMatchObject([{ ok: false }, { ok: false, reason: 'malformed' }]);
  });
});

describe('the browser’s door to QR codes', () => {
  it('bundles with the encoder alone, and draws what the server draws', async () => {
    const { metafile, outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('./browser-qr.ts', import.meta.url))],
      bundle: true,
      write: false,
      metafile: true,
      minify: true,
      platform: 'browser',
      format: 'iife',
      globalName: 'codes',
    });
    const inputs = Object.keys(metafile.inputs).map((path) => path.replace(/^.*(?=node_modules|libs)/, ''));
    expect(
      inputs.filter((path) => !/^node_modules\/(?:qrcode\/lib\/core|dijkstrajs)\/|browser-qr\.ts$/.test(path)),
    ).toEqual([]);
    expect(outputFiles[0]!.contents.length).toBeLessThan(25_000);
    const text = `HTTPS://CARERS.EXAMPLE/C/${'QRE2EAJHARCHIZLTOSQFQJNDAQNG5REX'.repeat(6)}.AB2CD`;
    const drawn: unknown = vm.runInContext(`${outputFiles[0]!.text};codes.qrSvg('${text}')`, vm.createContext({}));
    expect(drawn).toBe(qrSvg(text));
  });
});
