import { type ChildProcess, fork } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, migrate, startEmbeddedPostgres } from '@carers/database';
import { formatSigningKeys, generateSigningKey } from '@carers/credentials';
import { installQueue } from '@carers/jobs';
import { projectRoot } from '@carers/kernel';
import { bundledScheme, SchemeService } from '@carers/places';
import { readSettings } from '@carers/settings';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { migrations } from '../../migrations/index.js';
import { CliModule } from '../../apps/cli/src/cli.module.js';
import { nodeFlags, webEnvironment } from '../../apps/cli/src/start/child.js';

/** A process that answers HTTP. */
export interface Server {
  url: string;
  pid: number;
}

/** A PostgreSQL of its own, the program and the bare server beside it. */
export interface World {
  libs: INestApplicationContext;
  ours: Server;
  bare: Server;
  postgresPid: number;
  /** One more process of either, on the same database. */
  another(side: 'ours' | 'bare'): Promise<Server>;
  end(): Promise<void>;
}

/** The two programs, and what each is asked to see whether it is up. */
const programs = { ours: 'dist/apps/web/src/main.js', bare: 'dist/test/bench/bare-server.js' };
const asked = { ours: '/health/ready', bare: '/nothing' };

/** Starts everything on data that are thrown away after; durability is on, as in real life. */
export async function startWorld(progress: (sentence: string) => void): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'carers-bench-'));
  // PostgreSQL runs as another user than root.
  await chmod(dataDir, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir, onProgress: progress });
  const [oursPort, barePort] = [await freePort(), await freePort()];
  const env = environment(postgres, dataDir, oursPort);
  progress('Migrating');
  await migrate(postgres.url, migrations);
  await installQueue(postgres.url);
  const libs = await NestFactory.createApplicationContext(CliModule.with(readSettings(env)), { logger: ['error'] });
  await libs.get(SchemeService, { strict: false }).loadScheme(await bundledScheme('dorset'));
  const children: ChildProcess[] = [];
  const begin = (side: 'ours' | 'bare', port: number): Server => {
    const child = start(programs[side], { ...env, PORT: String(port) });
    children.push(child);
    return { url: `http://127.0.0.1:${port}`, pid: child.pid! };
  };
  const world: World = {
    libs,
    ours: begin('ours', oursPort),
    bare: begin('bare', barePort),
    postgresPid: postgres.processId,
    async another(side) {
      const server = begin(side, await freePort());
      await answers(`${server.url}${asked[side]}`);
      return server;
    },
    async end() {
      for (const child of children) child.disconnect();
      await libs.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
      await rm(postgres.directory, { recursive: true, force: true });
    },
  };
  await Promise.all([answers(`${world.ours.url}${asked.ours}`), answers(`${world.bare.url}${asked.bare}`)]);
  return world;
}

function environment(postgres: EmbeddedPostgres, dataDir: string, port: number): Record<string, string> {
  return {
    NODE_ENV: 'production',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: postgres.url,
    DATA_DIR: dataDir,
    SESSION_SECRET: 'only for this run, on data that are thrown away',
    DATA_ENCRYPTION_KEY: `b:${Buffer.alloc(32, 3).toString('base64')}`,
    CARD_SIGNING_KEYS: formatSigningKeys([generateSigningKey()]),
    LOG_LEVEL: 'warn',
    DATABASE_POOL_SIZE: '12',
  };
}

function start(file: string, env: Record<string, string>): ChildProcess {
  return fork(join(projectRoot, file), {
    execArgv: [...process.execArgv, ...nodeFlags.web],
    env: { ...webEnvironment, ...env, PATH: process.env['PATH'] },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const reached = await fetch(url).then(
      ({ status }) => status < 500,
      () => false,
    );
    if (reached) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} does not answer.`);
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
