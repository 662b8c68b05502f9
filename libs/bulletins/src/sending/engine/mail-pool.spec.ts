import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Transporter } from 'nodemailer';
import { testSettings } from '../../../../../test/support/settings.js';
import { openMailPool } from './mail-pool.js';

/** Each of these begins a command that is answered; DATA is answered with leave to go on. */
const commands = /^(EHLO|MAIL|RCPT|RSET)/;

/** A mail server that keeps what comes in byte for byte, and answers a command when the test lets it. */
class PlainServer {
  /** Since the last DATA, or all before the first. */
  bytes = 0;
  /** The last of them. */
  end = '';
  beforeAnswer: (command: string) => Promise<void> = async () => undefined;
  connection: Socket | null = null;
  private readonly server: Server = createServer((socket) => {
    this.connection = socket;
    socket.on('error', () => undefined);
    socket.write('220 here\r\n');
    let inData = false;
    socket.on('data', (chunk: Buffer) => void hear(chunk.toString('latin1')));
    const hear = async (said: string) => {
      this.bytes += said.length;
      this.end = (this.end + said).slice(-1_000);
      if (inData) {
        if (!this.end.endsWith('\r\n.\r\n')) return;
        inData = false;
        socket.write('250 taken\r\n');
      } else if (said.startsWith('DATA')) {
        await this.beforeAnswer('DATA');
        inData = true;
        [this.bytes, this.end] = [0, ''];
        socket.write('354 go on\r\n');
      } else {
        await this.beforeAnswer(commands.exec(said)?.[1] ?? '');
        socket.write('250 fine\r\n');
      }
    };
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `smtp://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  async close(): Promise<void> {
    this.connection?.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const someTurns = async () => {
  for (let turns = 0; turns < 50; turns++) await turn();
};

describe('a message whose end waits', () => {
  const server = new PlainServer();
  let pool: Transporter;
  const mail = (text: string, beforeItEnds: () => Promise<void>) => ({
    ...{ from: 'card@card.example', to: 'person@sink.example', subject: 'Warm places', text },
    beforeItEnds,
  });

  beforeAll(async () => {
    pool = await openMailPool(testSettings('postgres://none', { SMTP_URL: await server.open() }));
  });
  afterAll(async () => {
    pool.close();
    await server.close();
  });
  beforeEach(() => {
    server.beforeAnswer = async () => undefined;
  });

  it('asks for its turn only when the server has said that it takes the message', async () => {
    const heard: string[] = [];
    let asked = false;
    server.beforeAnswer = async (command) => {
      await someTurns();
      heard.push(`${command} ${asked}`);
    };
    await pool.sendMail(mail('Tea is free.', async () => void (asked = true)));
    expect(heard.slice(-3)).toEqual(['MAIL false', 'RCPT false', 'DATA false']);
    expect(asked).toBe(true);
  });

  it('lies with the server but for the dot, however long it waits', async () => {
    let atTheGate!: () => void;
    const waits = new Promise<void>((resolve) => (atTheGate = resolve));
    let open!: () => void;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const sent = pool.sendMail(
      mail('Tea is free until the end.', () => {
        atTheGate();
        return gate;
      }),
    );
    await waits;
    while (!server.end.includes('until the end.\r\n')) await turn();
    await someTurns();
    expect(server.end.endsWith('until the end.\r\n')).toBe(true);
    open();
    await sent;
    expect(server.end.endsWith('until the end.\r\n.\r\n')).toBe(true);
  });

  it('of many megabytes asks when they have gone, not while the server still reads', async () => {
    let asked = false;
    server.beforeAnswer = async (command) => {
      if (command === 'DATA') setImmediate(() => server.connection!.pause());
      return Promise.resolve();
    };
    const sent = pool.sendMail(mail('Tea is free.\n'.repeat(1_250_000), async () => void (asked = true)));
    while (!server.connection?.isPaused()) await turn();
    await someTurns();
    expect(asked).toBe(false);
    server.connection.resume();
    await sent;
    expect(asked).toBe(true);
    expect(server.bytes).toBeGreaterThan(16_000_000);
  });

  it('is not ended where its turn never comes', async () => {
    const refused = pool.sendMail(mail('Tea is free.', () => Promise.reject(new Error('no turn'))));
    await expect(refused).rejects.toThrow('no turn');
    expect(server.end).not.toContain('\r\n.\r\n');
  });
});
