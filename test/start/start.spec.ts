import { readFileSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findEmbeddedPostgres } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build, children, eventually, isAlive, newDataDir, refused, removeDataDir, Started } from './launcher.js';

let dataDir: string;
let launcher: Started;

beforeAll(async () => {
  await build();
  dataDir = newDataDir();
}, 120_000);

afterAll(async () => {
  launcher.kill('SIGTERM');
  await launcher.ended;
  removeDataDir(dataDir);
}, 120_000);

async function ready(address: string): Promise<boolean> {
  return (await fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(15_000) })).ok;
}

describe('npm start', () => {
  let address: string;
  let secrets: string;

  it('prepares everything, answers, and says where to go and whom to be', async () => {
    launcher = new Started({ DATA_DIR: dataDir });
    address = await launcher.address();
    expect(await ready(address)).toBe(true);
    await eventually(async () => launcher.output.includes('Ctrl-C'));
    for (const path of ['/apply', '/offers', '/till', '/sign-in', '/dev/outbox']) {
      expect(launcher.output).toContain(`${address}${path}`);
    }
    expect(launcher.output).toMatch(/Registrar.*@/i);
    secrets = readFileSync(join(dataDir, 'secrets.json'), 'utf8');
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(launcher.output).not.toContain((JSON.parse(secrets) as { SESSION_SECRET: string }).SESSION_SECRET);
  }, 180_000);

  it('says in one sentence that it runs already', async () => {
    const second = await refused({ DATA_DIR: dataDir });
    expect(second.code).toBe(1);
    expect(second.output).toMatch(/^Carers Card is already running at http\S+ \(process \d+\): [^\n]+\.$/);
    expect(await ready(address)).toBe(true);
  }, 120_000);

  it('brings back web and worker when they are killed', async () => {
    const before = children(dataDir);
    process.kill(before.web, 'SIGKILL');
    process.kill(before.worker, 'SIGKILL');
    const after = await eventually(async () => {
      const now = children(dataDir);
      return now.web !== before.web && now.worker !== before.worker && now;
    });
    await eventually(() => ready(address));
    expect(isAlive(after.web) && isAlive(after.worker)).toBe(true);
  }, 120_000);

  it('leaves nothing behind when it is killed, and starts again on the same data', async () => {
    const left = children(dataDir);
    launcher.kill('SIGKILL');
    await launcher.ended;
    launcher = new Started({ DATA_DIR: dataDir });
    address = await launcher.address();
    expect(await ready(address)).toBe(true);
    expect(isAlive(left.web) || isAlive(left.worker)).toBe(false);
    expect(readFileSync(join(dataDir, 'secrets.json'), 'utf8')).toBe(secrets);
    expect(launcher.output).not.toContain('Creating a database');
  }, 120_000);

  it('stops everything at Ctrl-C', async () => {
    const running = children(dataDir);
    expect(await findEmbeddedPostgres(dataDir)).toBeDefined();
    launcher.kill('SIGINT');
    expect(await launcher.ended).toBe(0);
    expect(launcher.output.trim().endsWith('Stopped')).toBe(true);
    expect(isAlive(running.web) || isAlive(running.worker)).toBe(false);
    expect(await findEmbeddedPostgres(dataDir)).toBeUndefined();
  }, 120_000);
});

describe('npm start, where it cannot,', () => {
  it('says that the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    const { port } = other.address() as AddressInfo;
    try {
      expect(await refused({ DATA_DIR: dataDir, PORT: String(port) })).toEqual({
        code: 1,
        output: `Port ${port} is taken: stop what uses it, or set PORT to another.`,
      });
    } finally {
      other.close();
    }
  }, 120_000);

  it('says that the database cannot be reached, and keeps its password to itself', async () => {
    expect(await refused({ DATA_DIR: dataDir, DATABASE_URL: 'postgres://carers:hush@127.0.0.1:1/carers' })).toEqual({
      code: 1,
      output: 'DATABASE_URL cannot be reached at 127.0.0.1:1: nothing listens there.',
    });
  }, 120_000);

  it('names each secret that production lacks', async () => {
    const empty = newDataDir();
    const { code, output } = await refused({ DATA_DIR: empty, NODE_ENV: 'production' });
    removeDataDir(empty);
    expect(code).toBe(1);
    for (const name of ['SESSION_SECRET', 'DATA_ENCRYPTION_KEY', 'CARD_SIGNING_KEYS', 'PUBLIC_URL']) {
      expect(output).toContain(`${name} is not set`);
    }
  }, 120_000);
});
