import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';

/** The port of last time if it is free, otherwise one that the system gives. `file` holds the remembered number. */
export async function choosePort(file: string, avoid: readonly number[]): Promise<number> {
  const remembered = Number(await readFile(file, 'utf8').catch(() => ''));
  const usable = Number.isInteger(remembered) && remembered > 0 && !avoid.includes(remembered);
  if (usable && (await tryPort(remembered))) return remembered;
  const given = await tryPort(0);
  if (!given) throw new Error('No port of 127.0.0.1 is free for PostgreSQL.');
  return given;
}

/** Listens for a moment; gives the port, or undefined when it is taken. */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((answer) => {
    const server = createServer();
    server.once('error', () => answer(undefined));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => answer(address && typeof address === 'object' ? address.port : undefined));
    });
  });
}
