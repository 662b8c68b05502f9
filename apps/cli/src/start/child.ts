import { fork, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

export interface ChildOptions {
  name: keyof typeof nodeFlags;
  /** The module to run. */
  module: URL;
  env: NodeJS.ProcessEnv;
  /** Takes everything that it prints. */
  log: string;
  say(sentence: string): void;
  /** Called with each new process id. */
  started(pid: number): Promise<void>;
}

/**
 * How Node is asked to run web and worker. On a machine with much memory it sets up to 128 MiB aside for what was made a
 * moment ago, and lets the rest grow to a multiple before it looks for what is no longer needed (`docs/performance.md`).
 * Web is given more of the former, and all of it from the start: with 4 MiB, clearing up takes a tenth of a busy till
 * service's time, and V8 gives more only once much has survived, of which there is little in requests.
 *
 * Web may not learn at its start which objects last ("pretenuring"): nearly all made then do, and of those made for
 * requests by the same code none. Where V8 had drawn that conclusion, as in every second process, each collection of young
 * objects carried 2 MiB of finished requests over to the old ones and took four times as long.
 */
export const nodeFlags = {
  web: [
    '--min-semi-space-size=16',
    '--max-semi-space-size=16',
    '--heap-growing-percent=30',
    '--no-allocation-site-pretenuring',
  ],
  worker: ['--max-semi-space-size=4', '--heap-growing-percent=30'],
};

/**
 * What both are given beside their settings. Code is compiled by several threads at once, and glibc keeps what each had
 * for it: 60 MiB of a worker that nobody uses, 7 MiB of web (mallopt(3)). Other C libraries do not look at this.
 */
export const workerEnvironment = { MALLOC_ARENA_MAX: '2' };
export const webEnvironment = workerEnvironment;

const guard = new URL('./with-launcher.js', import.meta.url).href;

/** The longest pause before a child is started once more, and how long it must run to be thought well, in milliseconds. */
const longestPause = 30_000;
const wellAfter = 60_000;

/** A process of ours that is started again when it ends without being asked. */
export class Child {
  private process: ChildProcess | undefined;
  private log: WriteStream | undefined;
  private stopping = false;
  private wait = 500;
  private tail = '';

  constructor(private readonly options: ChildOptions) {}

  /** What it last printed on standard error: the reason, when it does not come up. */
  get lastWords(): string {
    return this.tail.trim();
  }

  /** True while it runs. */
  get alive(): boolean {
    return this.process !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  async start(): Promise<void> {
    const { log } = this.options;
    const size = await stat(log).then(
      (file) => file.size,
      () => 0,
    );
    if (size > 10_000_000) await rename(log, `${log}.1`);
    this.log = createWriteStream(log, { flags: 'a', mode: 0o600 });
    await this.run();
  }

  /** Asks it to finish what it does. Ends it after `patience` milliseconds. */
  async stop(patience: number): Promise<void> {
    this.stopping = true;
    const child = this.process;
    if (child && this.alive) {
      const gone = new Promise<void>((done) => child.once('exit', () => done()));
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), patience);
      await gone;
      clearTimeout(late);
    }
    this.log?.end();
  }

  private async run(): Promise<void> {
    const { module, env, name, say } = this.options;
    const began = performance.now();
    // A session of its own: Ctrl-C goes to the launcher alone, which stops the children in order.
    const child = fork(module, {
      env,
      detached: true,
      silent: true,
      execArgv: [...nodeFlags[name], '--import', guard],
    });
    this.process = child;
    this.tail = '';
    child.stdout?.pipe(this.log!, { end: false });
    child.stderr?.pipe(this.log!, { end: false });
    child.stderr?.on('data', (data: Buffer) => (this.tail = (this.tail + data.toString()).slice(-4_000)));
    child.once('error', (error) => say(`The ${name} process could not be started (${error.message})`));
    child.once('exit', (code, signal) => {
      if (this.stopping) return;
      if (performance.now() - began > wellAfter) this.wait = 500;
      say(`The ${name} process ended unexpectedly (${signal ?? `code ${code}`}) and is being started again`);
      void pause(this.wait).then(() => (this.stopping ? undefined : this.run()));
      this.wait = Math.min(this.wait * 2, longestPause);
    });
    if (child.pid) await this.options.started(child.pid);
  }
}
