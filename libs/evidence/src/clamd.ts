import { connect, type Socket } from 'node:net';
import type { ClamdSettings } from '@carers/settings';

/** What the scanner said of some bytes. */
export type Verdict = { clean: true } | { clean: false; found: string };

/** The scanner cannot be asked, or gave no answer: nothing is known of the bytes. */
export class ScannerDown extends Error {
  override name = 'ScannerDown';
}

const CHUNK = 64 * 1024;
const LONGEST_ANSWER = 4_096;

/**
 * A client of ClamAV's daemon: one connection for each file, by the command `zINSTREAM` (man clamd): chunks with their
 * length in four bytes before them, a length of zero at the end, and an answer that ends with NUL.
 */
export class Clamd {
  /** @param wait milliseconds for the whole of one file, connecting included */
  constructor(
    private readonly settings: ClamdSettings,
    private readonly wait = 30_000,
  ) {}

  /** @throws ScannerDown */
  scan(bytes: Uint8Array): Promise<Verdict> {
    return new Promise((resolve, reject) => {
      const socket = connect('socket' in this.settings ? { path: this.settings.socket } : { ...this.settings });
      const fail = (why: string) => {
        reject(new ScannerDown(why));
        socket.destroy();
      };
      const timer = setTimeout(() => fail('clamd took too long.'), this.wait);
      let answer = '';
      socket.on('close', () => {
        clearTimeout(timer);
        reject(new ScannerDown('clamd closed the connection.'));
      });
      socket.on('error', (error) => fail(`clamd cannot be reached: ${(error as NodeJS.ErrnoException).code}.`));
      socket.on('data', (chunk: Buffer) => {
        answer += chunk.toString('latin1');
        if (answer.length > LONGEST_ANSWER) return fail('clamd gave a long answer.');
        const end = answer.indexOf('\0');
        if (end < 0) return;
        const verdict = verdictOf(answer.slice(0, end));
        if (!verdict) return fail(`clamd said: ${answer.slice(0, 200)}`);
        resolve(verdict);
        socket.destroy();
      });
      socket.on('connect', () => send(socket, bytes));
    });
  }
}

function send(socket: Socket, bytes: Uint8Array): void {
  socket.write('zINSTREAM\0');
  for (let at = 0; at < bytes.length; at += CHUNK) {
    const chunk = bytes.subarray(at, at + CHUNK);
    socket.write(lengthOf(chunk.length));
    socket.write(chunk);
  }
  socket.write(lengthOf(0));
}

function lengthOf(count: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(count);
  return length;
}

/** `stream: OK`, `stream: <name> FOUND`; anything else says nothing of the bytes. */
function verdictOf(answer: string): Verdict | null {
  if (answer === 'stream: OK') return { clean: true };
  const found = /^stream: (.{1,200}) FOUND$/.exec(answer)?.[1];
  return found ? { clean: false, found } : null;
}
