import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { Settings } from '@carers/settings';
import { Sender, SenderLimits } from './sender.js';

describe('sending to a stranger', () => {
  it('connects to nothing inside in production, by address or by a name that leads there', async () => {
    let connections = 0;
    const server = createServer((_, response) => response.end()).on('connection', () => connections++);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const sender = new Sender(new SenderLimits(), { production: true } as Settings);
    for (const url of [
      `http://127.0.0.1:${port}/`,
      `https://127.0.0.1:${port}/`,
      `https://[::1]:${port}/`,
      `https://localhost:${port}/`,
      `https://2130706433:${port}/`,
      'https://169.254.169.254/latest/meta-data/',
    ]) {
      expect([url, (await sender.post(url, {}, '{}')).fault]).toEqual([url, 'address']);
    }
    expect(connections).toBe(0);
    await new Promise((done) => server.close(done));
  });
});
