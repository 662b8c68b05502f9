import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Settings } from '@carers/settings';
import { afterEach, describe, expect, it } from '@jest/globals';
import { LiveTransport } from './live-transport.js';
import { RefusedForGood } from './transport.js';

const message = {
  id: '0190a6a4-7c1e-7000-8000-000000000001',
  channel: 'email',
  to: 'ann.secret@example.org',
  toName: 'Ann',
  subject: 'Hello',
  text: 'Hello',
  html: null,
  headers: {},
} as const;

let server: Server | undefined;
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
});

/** A mail server that answers every recipient with a refusal, repeating the address as real ones do. */
async function refusing(code: number): Promise<LiveTransport> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write('220 here\r\n');
    socket.on('data', (data) => {
      const address = /^RCPT TO:<(.+)>/i.exec(data.toString())?.[1];
      socket.write(address ? `${code} <${address}> not now\r\n` : '250 fine\r\n');
    });
  });
  await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return new LiveTransport({ smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: 'no-reply@example.org' } as Settings);
}

describe('what the mail server will not take', () => {
  it.each([
    [450, Error],
    [550, RefusedForGood],
  ])('with %i is told by its number, without the address', async (code, kind) => {
    const transport = await refusing(code);
    const error = await transport.deliver(message).catch((thrown: unknown) => thrown as Error);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toContain(String(code));
    expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain('ann.secret');
  });
});

describe('an e-mail with a file', () => {
  it('carries it under its name', async () => {
    let heard = '';
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.write('220 here\r\n');
      let reading = false;
      socket.on('data', (data) => {
        heard += data.toString();
        if (reading && !heard.endsWith('\r\n.\r\n')) return;
        reading = /^DATA/i.test(data.toString());
        socket.write(reading ? '354 go on\r\n' : '250 fine\r\n');
      });
    });
    await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const settings = { smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: 'no-reply@example.org' } as Settings;
    const attachments = [{ name: 'CC-INV-2026-000001.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.7') }];
    expect(await new LiveTransport(settings).deliver({ ...message, attachments })).toBe('sent');
    expect(heard).toContain('filename=CC-INV-2026-000001.pdf');
    expect(heard).toContain(Buffer.from('%PDF-1.7').toString('base64'));
  });
});
