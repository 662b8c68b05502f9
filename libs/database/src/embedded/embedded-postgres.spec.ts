import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { findEmbeddedPostgres, startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';
import { readPostmaster, serverProcesses } from './processes.js';

const flags = { fsync: 'off' };
let dataDir: string;
let server: EmbeddedPostgres;
const cluster = () => join(server.directory, 'server', 'cluster');

async function ask<Row extends object>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    if (await holds().catch(() => false)) return;
    await pause(50);
  }
  throw new Error('It did not come true within a minute');
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'carers-card-embedded-'));
  chmodSync(dataDir, 0o711);
  server = await startEmbeddedPostgres({ dataDir, flags });
}, 120_000);

afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('an embedded PostgreSQL', () => {
  it('is UTF-8, checks its pages, and works for a role that is no superuser', async () => {
    const [row] = await ask(
      server.url,
      `SELECT pg_encoding_to_char(encoding) AS encoding, datlocale AS locale, current_setting('data_checksums') AS sums,
         current_setting('listen_addresses') AS listens, current_setting('password_encryption') AS passwords,
         (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser
       FROM pg_database WHERE datname = current_database()`,
    );
    expect(row).toEqual({
      encoding: 'UTF8',
      locale: 'C.UTF-8',
      sums: 'on',
      listens: '127.0.0.1',
      passwords: 'scram-sha-256',
      superuser: false,
    });
  });

  it('has every extension that the libs may use', async () => {
    const names = await ask<{ extname: string }>(server.url, 'SELECT extname FROM pg_extension');
    expect(names.map(({ extname }) => extname)).toEqual(
      expect.arrayContaining(['pg_trgm', 'unaccent', 'citext', 'cube', 'earthdistance', 'btree_gist']),
    );
  });

  it('keeps its passwords to its owner and lets nobody in without', async () => {
    expect(statSync(join(server.directory, 'server', 'passwords.json')).mode & 0o777).toBe(0o600);
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await expect(ask(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('is found by a command that runs beside it', async () => {
    expect(await findEmbeddedPostgres(dataDir)).toBe(server.url);
    expect(await findEmbeddedPostgres(join(dataDir, 'elsewhere'))).toBeUndefined();
  });

  it('is taken over by a second start', async () => {
    const second = await startEmbeddedPostgres({ dataDir, flags });
    expect(second.processId).toBe(server.processId);
    expect(second.url).toBe(server.url);
    second.leave();
  });

  it('comes back on the same port when it is killed, with what was committed', async () => {
    await ask(server.url, 'CREATE TABLE kept (n int)');
    await ask(server.url, 'INSERT INTO kept VALUES (7)');
    const { url, processId } = server;
    process.kill(processId, 'SIGKILL');
    // A connection may still be answered in the moment of the kill: the new server is what is waited for.
    await eventually(async () => Promise.resolve(server.processId !== processId));
    await eventually(async () => (await ask<{ n: number }>(url, 'SELECT n FROM kept'))[0]?.n === 7);
    expect(server.url).toBe(url);
  }, 120_000);

  it('starts although a stale lock names a process that lives, and finds its data', async () => {
    const before = server.url;
    await server.stop();
    expect(await serverProcesses(cluster())).toEqual([]);
    expect(await findEmbeddedPostgres(dataDir)).toBeUndefined();
    // As after a power cut, when the id has since gone to a process of the same account.
    const sleeper = spawn('sleep', ['60'], { stdio: 'ignore', ...ownerOf(cluster()) });
    const lock = join(cluster(), 'postmaster.pid');
    writeFileSync(lock, `${sleeper.pid}\n${cluster()}\n1700000000\n5432\n\n127.0.0.1\n  0 0\nready   \n`);
    try {
      server = await startEmbeddedPostgres({ dataDir, flags });
      expect(server.url).toBe(before);
      expect(await ask(server.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
      expect(sleeper.exitCode).toBeNull();
    } finally {
      sleeper.kill();
    }
  }, 120_000);

  it('moves to another port when its own has been taken', async () => {
    const taken = Number(new URL(server.url).port);
    await server.stop();
    const other = createServer();
    await new Promise<void>((listening) => other.listen(taken, '127.0.0.1', listening));
    try {
      server = await startEmbeddedPostgres({ dataDir, flags });
      expect(Number(new URL(server.url).port)).not.toBe(taken);
      expect(await ask(server.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    } finally {
      other.close();
    }
  }, 120_000);

  it('is made once by two first starts at the same time', async () => {
    const fresh = mkdtempSync(join(tmpdir(), 'carers-card-embedded-'));
    chmodSync(fresh, 0o711);
    const starter = join(import.meta.dirname, '..', '..', '..', '..', 'test', 'support', 'start-postgres.ts');
    const hook = join(starter, '..', 'typescript.mjs');
    const start = () => {
      const child = spawn(process.execPath, ['--import', hook, starter, fresh], { stdio: ['pipe', 'pipe', 'pipe'] });
      let errors = '';
      child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
      const url = new Promise<string>((up, failed) => {
        child.stdout.once('data', (data: Buffer) => up(data.toString().trim()));
        child.once('close', () => failed(new Error(errors)));
      });
      return { child, url };
    };
    const [one, two] = [start(), start()];
    try {
      const urls = await Promise.all([one.url, two.url]);
      expect(urls[0]).toMatch(/^postgres:/);
      expect(urls[1]).toBe(urls[0]);
      const home = join(fresh, 'postgres', 'server', 'cluster');
      expect(await serverProcesses(home)).toContain((await readPostmaster(home))?.pid);
      // Killed without a chance to say goodbye, they leave nothing running.
      one.child.kill('SIGKILL');
      two.child.kill('SIGKILL');
      await eventually(async () => (await serverProcesses(home)).length === 0);
    } finally {
      for (const { child } of [one, two]) child.kill('SIGKILL');
      rmSync(fresh, { recursive: true, force: true });
    }
  }, 120_000);
});

const asRoot = process.getuid?.() === 0 ? it : it.skip;

/** The account that a folder belongs to, where we may run something as it. */
function ownerOf(folder: string): { uid?: number; gid?: number } {
  const { uid, gid } = statSync(folder);
  return process.getuid?.() === 0 ? { uid, gid } : {};
}

describe('root, whose PostgreSQL runs under another account', () => {
  asRoot(
    'finds a reachable place for data and programs when the clone lies in a closed home',
    async () => {
      const closed = mkdtempSync(join(tmpdir(), 'carers-card-closed-'));
      chmodSync(closed, 0o700);
      const said: string[] = [];
      const first = await startEmbeddedPostgres({
        dataDir: join(closed, '.data'),
        flags,
        onProgress: (s) => said.push(s),
      });
      try {
        expect(first.directory.startsWith(closed)).toBe(false);
        expect(said.join('\n')).toContain(first.directory);
        expect(readFileSync(join(closed, '.data', 'postgres-is-in'), 'utf8').trim()).toBe(first.directory);
        expect(await findEmbeddedPostgres(join(closed, '.data'))).toBe(first.url);
        const owner = execFileSync('ps', ['-o', 'uid=', '-p', String(first.processId)])
          .toString()
          .trim();
        expect(owner).not.toBe('0');
      } finally {
        await first.stop();
        rmSync(first.directory, { recursive: true, force: true });
        rmSync(closed, { recursive: true, force: true });
      }
    },
    60_000,
  );
});

describe('nobody special', () => {
  asRoot(
    'runs it under their own account',
    () => {
      const home = mkdtempSync(join(tmpdir(), 'carers-card-user-'));
      execFileSync('chown', ['65534:65534', home]);
      const support = join(import.meta.dirname, '..', '..', '..', '..', 'test', 'support');
      const { stdout, stderr, status } = spawnSync(
        process.execPath,
        ['--import', join(support, 'typescript.mjs'), join(support, 'start-postgres.ts'), home],
        { uid: 65534, gid: 65534, cwd: '/', input: 'stop\n', env: { PATH: process.env.PATH } },
      );
      try {
        // Where the checkout itself is closed to others there is nothing to try.
        if (/EACCES|Cannot find module/.test(stderr.toString())) return;
        expect(stderr.toString()).toBe('');
        expect(stdout.toString()).toMatch(/^postgres:/);
        expect(status).toBe(0);
        expect(statSync(join(home, 'postgres', 'server', 'cluster')).uid).toBe(65534);
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    },
    60_000,
  );
});
