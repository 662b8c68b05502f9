import { type ChildProcess, fork } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatSigningKeys, generateSigningKey } from '@carers/credentials';
import { Database, migrate, startEmbeddedPostgres } from '@carers/database';
import { installQueue } from '@carers/jobs';
import { projectRoot } from '@carers/kernel';
import { bundledScheme, SchemeService } from '@carers/places';
import { readSettings } from '@carers/settings';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { nodeFlags, workerEnvironment } from '../../apps/cli/src/start/child.js';
import { WorkerModule } from '../../apps/worker/src/worker.module.js';
import { migrations } from '../../migrations/index.js';
import type { SinkFigures } from './bulletin-sink.js';

/** A worker, and when it works. */
export interface WorkerProcess {
  process: ChildProcess;
  ready: Promise<unknown>;
}

/** A PostgreSQL, a mail server and a Notify of their own, and the libs that a worker has. */
export interface BulletinWorld {
  libs: INestApplicationContext;
  database: Database;
  smtpUrl: string;
  /** One more worker process. */
  worker(): WorkerProcess;
  /** A program of the bench. */
  start(file: string): ChildProcess;
  sunk(): Promise<SinkFigures>;
  end(): Promise<void>;
}

/** Starts it on data that are thrown away after; durability is on, as in real life. */
export async function startBulletinWorld(say: (sentence: string) => void): Promise<BulletinWorld> {
  const dataDir = await mkdtemp(join(tmpdir(), 'carers-bench-'));
  // PostgreSQL runs as another user than root.
  await chmod(dataDir, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir, onProgress: say });
  const sink = start('dist/test/bench/bulletin-sink.js', {});
  const { smtpUrl, notifyUrl } = await answer<{ smtpUrl: string; notifyUrl: string }>(sink);
  const env = {
    NODE_ENV: 'bench',
    PUBLIC_URL: 'https://card.example',
    DATABASE_URL: postgres.url,
    DATA_DIR: dataDir,
    SESSION_SECRET: 'only for this run, on data that are thrown away',
    DATA_ENCRYPTION_KEY: `b:${Buffer.alloc(32, 3).toString('base64')}`,
    CARD_SIGNING_KEYS: formatSigningKeys([generateSigningKey()]),
    LOG_LEVEL: 'error',
    SMTP_URL: smtpUrl,
    BOUNCE_ADDRESS: 'bounces@card.example',
    NOTIFY_API_URL: notifyUrl,
    NOTIFY_API_KEY: 'bench-11111111-1111-4111-8111-111111111111-22222222-2222-4222-8222-222222222222',
    NOTIFY_TEXT_TEMPLATE: '33333333-3333-4333-8333-333333333333',
  };
  await migrate(postgres.url, migrations);
  await installQueue(postgres.url);
  const libs = await NestFactory.createApplicationContext(WorkerModule.with(readSettings(env)), { logger: ['error'] });
  await libs.get(SchemeService, { strict: false }).loadScheme(await schemeWithoutQuietHours());
  const children = new Set<ChildProcess>();
  let asked: Promise<SinkFigures> | null = null;
  return {
    libs,
    database: libs.get(Database, { strict: false }),
    smtpUrl,
    worker() {
      const child = start('dist/apps/worker/src/main.js', { ...env, ...workerEnvironment });
      children.add(child);
      child.once('exit', () => children.delete(child));
      const ready = answer(child);
      // It may be killed before.
      ready.catch(() => undefined);
      return { process: child, ready };
    },
    start: (file) => start(file, {}),
    async sunk() {
      if (!asked) {
        asked = answer<SinkFigures>(sink).finally(() => (asked = null));
        sink.send('?');
      }
      return asked;
    },
    async end() {
      for (const child of [...children, sink]) child.kill('SIGKILL');
      await libs.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
      await rm(postgres.directory, { recursive: true, force: true });
    },
  };
}

/** The next that a child says. */
export async function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null) => reject(new Error(`A child has ended (${code}).`));
    child.once('exit', gone);
    child.once('message', (said) => {
      child.off('exit', gone);
      resolve(said as T);
    });
  });
}

function start(file: string, env: Record<string, string>): ChildProcess {
  return fork(join(projectRoot, file), {
    execArgv: [...process.execArgv, ...nodeFlags.worker],
    env: { ...env, PATH: process.env['PATH'] },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** A bench runs at any hour: texts may go at all but the last minute of the day. */
async function schemeWithoutQuietHours(): Promise<unknown> {
  const scheme = (await bundledScheme('dorset')) as { policies: { document: { bulletins: object } }[] };
  const quietHours = { from: '23:59', until: '00:00', sundays: false, bankHolidays: false };
  for (const { document } of scheme.policies) Object.assign(document.bulletins, { quietHours });
  return scheme;
}
