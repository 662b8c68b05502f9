import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StandInClamd } from '../../../test/support/clamd.js';
import { Clamd, ScannerDown } from './clamd.js';

describe('the scanner', () => {
  const stand = new StandInClamd(['not good']);
  let clamd: Clamd;
  beforeEach(async () => {
    stand.mood = 'well';
    stand.seen.length = 0;
    clamd = new Clamd({ host: '127.0.0.1', port: await stand.start() }, 500);
  });
  afterEach(() => stand.stop());

  it('is given every byte of a file, small or large, and says whether it is clean', async () => {
    const large = Buffer.alloc(10_000_000, 'x');
    for (const bytes of [Buffer.from('good'), Buffer.alloc(0), Buffer.alloc(65_536), large]) {
      expect(await new Clamd(clamd['settings'], 60_000).scan(bytes)).toEqual({ clean: true });
      expect(stand.seen.pop()!.equals(bytes)).toBe(true);
    }
    expect(await clamd.scan(Buffer.from('this is not good'))).toEqual({ clean: false, found: 'Test.Bad-1' });
  });

  it('is down when nobody listens, when it closes, keeps silent, or says anything else', async () => {
    for (const mood of ['rude', 'silent', 'full'] as const) {
      stand.mood = mood;
      await expect(clamd.scan(Buffer.from('good'))).rejects.toThrow(ScannerDown);
    }
    await stand.stop();
    await expect(clamd.scan(Buffer.from('good'))).rejects.toThrow('ECONNREFUSED');
  });

  it('may listen on a Unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'clamd-'));
    const socket = join(folder, 'clamd.ctl');
    const server = createServer((peer) => peer.on('data', () => peer.end('stream: OK\0')));
    await new Promise<void>((ready) => server.listen(socket, ready));
    expect(await new Clamd({ socket }).scan(Buffer.from('good'))).toEqual({ clean: true });
    await new Promise((done) => server.close(done));
    rmSync(folder, { recursive: true });
  });
});
