import { createServer, type Server, type Socket } from 'node:net';

/**
 * A stand-in for ClamAV's daemon that speaks INSTREAM (man clamd) and is strict about it: commands it does not know, a
 * connection that says more than one thing, and chunks that are cut off are errors. It finds the words it is given.
 */
export class StandInClamd {
  /** How it behaves: as it should, silent, closing at once, or full. */
  mood: 'well' | 'silent' | 'rude' | 'full' = 'well';
  /** The bytes of each file it was asked about. */
  readonly seen: Buffer[] = [];
  private server: Server | null = null;
  private readonly sockets = new Set<Socket>();

  constructor(private readonly bad: readonly string[]) {}

  /** Listens on a free port, or on the one it had; gives the port. */
  async start(port = 0): Promise<number> {
    const server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
      if (this.mood === 'rude') socket.destroy();
      else this.hear(socket);
    });
    this.server = server;
    await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
    return (server.address() as { port: number }).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => (this.server ? this.server.close(done) : done(null)));
    this.server = null;
  }

  private hear(socket: Socket): void {
    const heard: Buffer[] = [];
    socket.on('data', (data: Buffer) => {
      heard.push(data);
      // Whatever is whole ends with a length of zero.
      const answer = data.at(-1) === 0 && this.answerTo(Buffer.concat(heard));
      if (answer && this.mood !== 'silent') socket.end(`${answer}\0`);
    });
  }

  /** Null while more has to come. */
  private answerTo(heard: Buffer): string | null {
    const command = 'zINSTREAM\0';
    if (heard.length < command.length) return null;
    if (heard.subarray(0, command.length).toString('latin1') !== command) return 'UNKNOWN COMMAND';
    const pieces: Buffer[] = [];
    for (let at = command.length; ;) {
      if (heard.length < at + 4) return null;
      const length = heard.readUInt32BE(at);
      if (length === 0) return this.verdictOn(Buffer.concat(pieces));
      if (heard.length < at + 4 + length) return null;
      pieces.push(heard.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
  }

  private verdictOn(bytes: Buffer): string {
    if (this.mood === 'full') return 'INSTREAM size limit exceeded. ERROR';
    this.seen.push(bytes);
    return this.bad.some((word) => bytes.includes(word)) ? 'stream: Test.Bad-1 FOUND' : 'stream: OK';
  }
}
