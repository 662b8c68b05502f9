import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const root = join(import.meta.dirname, '..', '..');
const main = join(root, 'dist', 'apps', 'cli', 'src', 'start', 'main.js');

/** What `npm start` does first. Only what has changed is compiled. */
export async function build(): Promise<void> {
  await run(process.execPath, [join(root, 'apps', 'cli', 'build.mjs'), '--quiet'], { cwd: root });
}

/** A data folder that another account can walk through, as PostgreSQL has to when root runs the tests. */
export function newDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'carers-card-start-'));
  chmodSync(folder, 0o711);
  return folder;
}

export function removeDataDir(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Only what a newcomer's shell has: the tests' own settings must not help. */
function environment(settings: Record<string, string>): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...settings };
}

/** One launcher, as a person in a terminal sees it. */
export class Started {
  output = '';
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(settings: Record<string, string>) {
    this.child = spawn(process.execPath, [main], {
      env: environment(settings),
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: root,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (data: Buffer) => (this.output += data.toString()));
    }
    this.ended = new Promise((done) => this.child.once('close', done));
  }

  /** The address, once it has been printed. */
  async address(): Promise<string> {
    let code: number | null | undefined;
    void this.ended.then((ended) => (code = ended));
    return eventually(async () => {
      if (code !== undefined) throw new GaveUp(`It ended with ${code}:\n${this.output}`);
      return /is ready at (\S+)/.exec(this.output)?.[1];
    }, 150_000);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

class GaveUp extends Error {}

/** Asks until there is an answer. */
export async function eventually<T>(ask: () => Promise<T | undefined | false>, patience = 60_000): Promise<T> {
  const end = performance.now() + patience;
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      if (error instanceof GaveUp) throw error;
      return undefined;
    });
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`It did not come true within ${patience} ms`);
    await pause(100);
  }
}

/** Runs a launcher that is expected to give up at once. */
export async function refused(settings: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const started = new Started(settings);
  return { code: await started.ended, output: started.output.trim() };
}

/** The processes that the launcher of this data folder has written down, by name. */
export function children(dataDir: string): Record<'web' | 'worker', number> {
  const notes = JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8')) as {
    children: Record<'web' | 'worker', { pid: number }>;
  };
  return { web: notes.children.web.pid, worker: notes.children.worker.pid };
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
