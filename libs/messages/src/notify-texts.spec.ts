import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readSettings } from '@carers/settings';
import { LiveTransport } from './live-transport.js';
import { type ReadyMessage, RefusedForGood } from './transport.js';

const serviceId = '26785a09-ab16-4eb0-8407-a37497a57506';
const secret = '3d844edf-8d35-48ac-975b-e847b4f122b0';
const template = 'c205400b-1e6d-4fcd-b1f8-0d8d2f8b6a53';
const text: ReadyMessage = {
  id: '0190a6a4-7c1e-7000-8000-000000000001',
  channel: 'text',
  to: '+447700900123',
  toName: 'Dev',
  subject: '',
  text: 'Your card is ready.',
  html: null,
  headers: {},
};

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Something that answers as Notify does, and what it was asked. */
async function notify(status: number) {
  const asked: { path: string; authorization: string; body: unknown }[] = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      asked.push({
        path: `${request.method} ${request.url}`,
        authorization: request.headers.authorization ?? '',
        body: JSON.parse(body),
      });
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(status === 201 ? { id: 'x' } : { errors: [{ message: `${text.to} is not good` }] }));
    });
  });
  await new Promise<void>((done) => server!.listen(0, '127.0.0.1', done));
  const settings = readSettings({
    DATABASE_URL: 'postgres://127.0.0.1/none',
    SESSION_SECRET: 's'.repeat(32),
    DATA_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
    CARD_SIGNING_KEYS: '[]',
    SMTP_URL: 'smtp://127.0.0.1:1',
    NOTIFY_API_KEY: `ours-${serviceId}-${secret}`,
    NOTIFY_TEXT_TEMPLATE: template,
    NOTIFY_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  return { transport: new LiveTransport(settings), asked };
}

describe('texts by GOV.UK Notify', () => {
  it('go out with our words, signed for our account', async () => {
    const { transport, asked } = await notify(201);
    expect(await transport.deliver(text)).toBe('sent');
    expect(asked).toEqual([
      {
        path: 'POST /v2/notifications/sms',
        authorization: expect.stringMatching(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/),
        body: {
          template_id: template,
          phone_number: '+447700900123',
          personalisation: { message: 'Your card is ready.' },
          reference: text.id,
        },
      },
    ]);
    const [, claims] = asked[0]!.authorization.slice(7).split('.');
    expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({ iss: serviceId });
  });

  it.each([
    [400, true],
    [403, false],
    [429, false],
    [500, false],
  ])('are given up after %i: %s; the number stays out of the log', async (status, forGood) => {
    const { transport } = await notify(status);
    const error = await transport.deliver(text).catch((thrown: unknown) => thrown as Error);
    expect(error).toBeInstanceOf(Error);
    expect(error instanceof RefusedForGood).toBe(forGood);
    expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain('7700900123');
    expect((error as Error).message).toContain(String(status));
  });
});
