import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import supertest from 'supertest';
import { startSample } from './sample-app.js';

describe('built files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assets-'));
  const css = `body{color:red}${'/* quite long */'.repeat(200)}`;
  let app: NestFastifyApplication;

  beforeAll(async () => {
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ 'app.css': 'app.0123456789.css' }));
    writeFileSync(join(folder, 'app.0123456789.css'), css);
    writeFileSync(join(folder, 'app.0123456789.css.br'), brotliCompressSync(css));
    app = await startSample({}, { assetsFolder: folder });
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  it('are served for ever under the name that pages use', async () => {
    const web = supertest(app.getHttpServer());
    const address = /<link rel="stylesheet" href="([^"]+)"/.exec((await web.get('/contact')).text)![1]!;
    expect(address).toBe('/assets/app.0123456789.css');
    const { headers } = await web.get(address).set('accept-encoding', 'identity').expect(200, css);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('are sent as they were compressed in the build', async () => {
    const { headers, rawPayload } = await app
      .getHttpAdapter()
      .getInstance()
      .inject({ url: '/assets/app.0123456789.css', headers: { 'accept-encoding': 'br' } });
    expect(headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(rawPayload).toString()).toBe(css);
  });

  it('that do not exist are not found, and the folder cannot be left', async () => {
    const web = supertest(app.getHttpServer());
    await web.get('/assets/none.css').expect(404);
    await web.get('/assets/..%2f..%2fetc%2fpasswd').expect(404);
  });

  it('pages are compressed on the way', async () => {
    const instance = app.getHttpAdapter().getInstance();
    const { headers, rawPayload } = await instance.inject({
      url: '/contact',
      headers: { 'accept-encoding': 'gzip, br' },
    });
    expect(headers['content-encoding']).toBe('br');
    expect(headers['vary']).toMatch(/accept-encoding/i);
    expect(headers['vary']).toMatch(/cookie/i);
    expect(brotliDecompressSync(rawPayload).toString()).toContain('Contact us');
  });
});
