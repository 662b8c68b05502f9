import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@carers/database';
import { SystemChance } from '@carers/kernel';
import { dataFolder, readSettings, type Environment, type Settings } from '@carers/settings';
import { CannotStart, checkDatabase, freePort } from './checks.js';
import { Child, webEnvironment, workerEnvironment } from './child.js';
import { runCommand } from './command.js';
import { Lock } from './lock.js';
import { type DemoAnswer, type DemoPerson, welcome } from './people.js';
import { makeSecrets } from './secrets.js';

/** How long the web process may take until it answers, and both until they have finished what they do. */
const readyPatience = 90_000;
const stopPatience = 20_000;

const appOf = (name: 'web' | 'worker') => new URL(`../../../${name}/src/main.js`, import.meta.url);

/** Everything on one machine: PostgreSQL, web and worker in one process tree, prepared in order and stopped in order. */
export class Launcher {
  private readonly ending = new AbortController();
  private readonly children: Child[] = [];
  private lock: Lock | undefined;
  private postgres: EmbeddedPostgres | undefined;
  private stopped: Promise<void> | undefined;

  constructor(
    private readonly given: Environment,
    private readonly say: (sentence: string) => void,
  ) {}

  /**
   * Resolves when everything answers and the welcome has been printed.
   *
   * @throws CannotStart, AlreadyRunning, SettingsInvalid: one sentence for the operator
   */
  async start(): Promise<void> {
    const dataDir = dataFolder(this.given.DATA_DIR);
    await mkdir(dataDir, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      throw new CannotStart(`The data folder ${dataDir} cannot be made (${error.code}): set DATA_DIR to another.`);
    });
    const env: Record<string, string | undefined> = { ...this.given, DATA_DIR: dataDir };
    const production = env.NODE_ENV === 'production';
    if (!production) await makeSecrets(dataDir, new SystemChance());

    // Settings that cannot be read are told before anything is started; the embedded server's address comes later.
    const draft = readSettings({ ...env, DATABASE_URL: env.DATABASE_URL?.trim() || 'postgres://127.0.0.1/embedded' });
    this.lock = await Lock.take(dataDir, draft.publicUrl);
    env.PORT = String(await freePort(draft.host, draft.port));

    if (env.DATABASE_URL?.trim()) await checkDatabase(env.DATABASE_URL);
    else env.DATABASE_URL = await this.startPostgres(dataDir);
    const settings = readSettings(env);
    await this.lock.rememberAddress(settings.publicUrl);
    this.ending.signal.throwIfAborted();

    const people = await this.prepare(env, production);
    const logs = join(dataDir, 'logs');
    await mkdir(logs, { recursive: true });
    await this.startChildren(env, logs);
    await this.untilReady(settings);
    this.say(welcome(settings.publicUrl, people, !production && settings.smtpUrl === null, logs));
  }

  /** Stops what was started, in the opposite order: web and worker finish, then PostgreSQL. Safe to call again. */
  async stop(): Promise<void> {
    this.stopped ??= this.stopAll();
    await this.stopped;
  }

  private async stopAll(): Promise<void> {
    this.ending.abort();
    await this.lock?.sayStopping();
    await Promise.all(this.children.map((child) => child.stop(stopPatience)));
    await this.postgres?.stop();
    await this.lock?.release();
  }

  private async startPostgres(dataDir: string): Promise<string> {
    this.say('Starting PostgreSQL');
    this.postgres = await startEmbeddedPostgres({ dataDir, onProgress: this.say });
    return this.postgres.url;
  }

  private async prepare(env: NodeJS.ProcessEnv, production: boolean): Promise<DemoPerson[]> {
    this.say('Bringing the database up to date');
    await runCommand(['migrate'], env, this.say, this.ending.signal);
    if (production) return [];
    this.say('Loading the demo scheme, if the database is empty');
    const demo = (await runCommand(['demo', '--if-empty'], env, this.say, this.ending.signal)) as
      DemoAnswer | undefined;
    return demo?.people ?? [];
  }

  private async startChildren(env: NodeJS.ProcessEnv, logs: string): Promise<void> {
    this.say('Starting web and worker');
    for (const name of ['web', 'worker'] as const) {
      const child = new Child({
        name,
        module: appOf(name),
        env: { ...(name === 'worker' ? workerEnvironment : webEnvironment), ...env },
        log: join(logs, `${name}.log`),
        say: this.say,
        started: async (pid) => this.lock?.remember(name, pid),
      });
      this.children.push(child);
      await child.start();
    }
  }

  private async untilReady(settings: Settings): Promise<void> {
    const host = settings.host === '0.0.0.0' || settings.host === '::' ? '127.0.0.1' : settings.host;
    const address = `http://${host.includes(':') ? `[${host}]` : host}:${settings.port}/health/ready`;
    const end = performance.now() + readyPatience;
    for (;;) {
      this.ending.signal.throwIfAborted();
      const broken = this.children.find((child) => !child.alive && child.lastWords);
      if (broken) throw new CannotStart(broken.lastWords);
      const answer = await fetch(address, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
      if (answer?.ok) return;
      if (performance.now() > end) {
        throw new CannotStart(`The web process does not answer at ${address}: its log says why.`);
      }
      await pause(100);
    }
  }
}
