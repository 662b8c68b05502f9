import { createServer } from 'node:net';
import { Client } from 'pg';

/** Something the operator can put right, in one sentence. */
export class CannotStart extends Error {
  override name = 'CannotStart';
}

/**
 * A free port, found out by listening for a moment: better now than after a minute of preparing.
 *
 * @param port 0 for any
 * @throws CannotStart when the port is taken, or not ours to take
 */
export async function freePort(host: string, port: number): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => failed(new CannotStart(whyNot(host, port, error.code))));
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => found(address && typeof address === 'object' ? address.port : port));
    });
  });
}

function whyNot(host: string, port: number, code: string | undefined): string {
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop what uses it, or set PORT to another.`;
  if (code === 'EACCES') return `Port ${port} is kept for the system: set PORT to one above 1023.`;
  return `This machine cannot listen on ${host} (${code}): set HOST to one of its addresses.`;
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the host',
  ECONNRESET: 'it closed the connection',
  '28P01': 'the password is wrong',
  '28000': 'the role may not sign in',
  '3D000': 'there is no such database',
  '53300': 'it has no connection to spare',
};

/** @throws CannotStart with host and reason, never the password */
export async function checkDatabase(url: string): Promise<void> {
  const where = URL.canParse(url) ? new URL(url).host || 'its socket' : 'its address';
  try {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int AS version`,
    );
    await client.end();
    if ((rows[0]?.version ?? 0) >= 150_000) return;
  } catch (error) {
    throw new CannotStart(`DATABASE_URL cannot be reached at ${where}: ${reasonOf(error)}.`);
  }
  throw new CannotStart(`DATABASE_URL at ${where} is older than PostgreSQL 15, which is the oldest that works.`);
}

function reasonOf(error: unknown): string {
  const { code, message, errors } = error as { code?: string; message?: string; errors?: unknown[] };
  if (code && reasons[code]) return reasons[code];
  if (errors?.length) return reasonOf(errors[0]);
  return /timeout/i.test(message ?? '') ? 'it does not answer within 5 seconds' : (message ?? String(error));
}
