import { EventEmitter, once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { takeFiles } from './take-files.js';
import { FormNotReadable } from './uploads.problems.js';
import { fileOf } from './uploaded-file.js';

const type = 'multipart/form-data; boundary=b';
const start = '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n';

describe('a route that takes a file', () => {
  let server: FastifyInstance;
  const told = new EventEmitter();
  let failed: unknown[];
  const keep = (error: unknown) => failed.push(error);

  beforeEach(async () => {
    failed = [];
    process.on('unhandledRejection', keep);
    server = fastify();
    takeFiles(server);
    const config = { takesFile: 1_000_000 };
    server.post('/none', () => 'read');
    server.post('/refuses', { config }, async (_, reply) => reply.code(403).send('refused'));
    server.post('/reads', { config }, async ({ body }) => {
      let length = 0;
      try {
        for await (const piece of fileOf(body, 'file')?.bytes ?? []) {
          length += piece.length;
          told.emit('piece');
        }
      } catch (error) {
        told.emit('end', error);
        throw error;
      }
      return `${length} bytes`;
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
  });

  afterEach(async () => {
    await server.close();
    process.off('unhandledRejection', keep);
    expect(failed).toEqual([]);
  });

  /** Begins to send a form that says to be `length` bytes long. */
  function begin(path: string, length: number): Socket {
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`);
    return socket;
  }

  it('reads it, and others refuse it', async () => {
    const payload = `${start}hello\r\n--b--\r\n`;
    const post = (url: string) => server.inject({ method: 'POST', url, headers: { 'content-type': type }, payload });
    expect((await post('/reads')).body).toBe('5 bytes');
    expect((await post('/none')).statusCode).toBe(415);
    expect((await post('/refuses')).statusCode).toBe(403);
  });

  it('answers somebody who is still sending, and takes the next request on the same connection', async () => {
    const end = '\r\n--b--\r\n';
    const content = 'x'.repeat(900_000);
    const socket = begin('/refuses', start.length + content.length + end.length);
    socket.write(start + content.slice(0, 400_000));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('403');
    socket.write(content.slice(400_000) + end);
    socket.write('GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n');
    const [next] = (await once(socket, 'data')) as [Buffer];
    expect(next.toString()).toContain('404');
    socket.destroy();
  });

  it('is told by somebody who goes away in the middle, and nothing is left hanging', async () => {
    const outcome = once(told, 'end');
    const socket = begin('/reads', 500_000);
    socket.write(start + 'x'.repeat(200_000));
    await once(told, 'piece');
    socket.destroy();
    expect(await outcome).toEqual([expect.any(FormNotReadable)]);
  });
});
