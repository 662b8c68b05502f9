import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** A telephone line to a server of a test, which can be cut and mended without touching the server. */
export interface Line {
  /** The address at its near end. */
  origin: string;
  /** Ends all calls, and takes none until it is mended. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** Lays a line to a server on this machine. Cut it in `afterAll`. */
export async function lineTo(target: string): Promise<Line> {
  const far = Number(new URL(target).port);
  const calls = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;

  async function mend(): Promise<void> {
    if (server) return;
    const opened = createServer((near) => {
      const through = connect(far, '127.0.0.1');
      for (const end of [near, through]) {
        calls.add(end);
        end.on('error', () => end.destroy()).on('close', () => calls.delete(end));
      }
      near.pipe(through).pipe(near);
    });
    await new Promise<void>((done) => opened.listen(port, '127.0.0.1', done));
    port = (opened.address() as AddressInfo).port;
    server = opened;
  }

  async function cut(): Promise<void> {
    const closing = server;
    server = undefined;
    for (const each of calls) each.destroy();
    if (closing) await new Promise((done) => closing.close(done));
  }

  await mend();
  return { origin: `http://127.0.0.1:${port}`, cut, mend };
}
