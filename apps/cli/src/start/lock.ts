import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { end, isRunning, knownProcess, type KnownProcess } from './processes.js';

/** What one launcher writes down about itself, so that the next one knows what it meets. */
interface Notes {
  launcher: KnownProcess;
  address: string;
  stopping: boolean;
  children: Record<string, KnownProcess>;
}

/** Somebody else has started the same installation. The message says where. */
export class AlreadyRunning extends Error {
  override name = 'AlreadyRunning';
}

/** How long a launcher that is about to go may take: to notice that its terminal is gone, and to stop. */
const noticing = 2_000;
const stopping = 60_000;

/** Where the installation with this data folder answers, if it runs. */
export async function runningAddress(dataDir: string): Promise<string | undefined> {
  const notes = await readNotes(fileOf(dataDir));
  return notes && (await isRunning(notes.launcher)) ? notes.address : undefined;
}

/** One launcher for each data folder, and a record of what it started. */
export class Lock {
  private writing = Promise.resolve();

  private constructor(
    private readonly file: string,
    private readonly notes: Notes,
  ) {}

  /**
   * Takes the data folder. What a killed launcher has left running is ended first.
   *
   * @throws AlreadyRunning when a launcher that is well holds it
   */
  static async take(dataDir: string, address: string): Promise<Lock> {
    const file = fileOf(dataDir);
    const launcher = await knownProcess(process.pid);
    if (!launcher) throw new Error('This process cannot see itself: is /proc mounted?');
    const notes: Notes = { launcher, address, stopping: false, children: {} };
    const began = performance.now();
    for (;;) {
      if (await writeFirst(file, notes)) return new Lock(file, notes);
      const other = await readNotes(file);
      if (!other || !(await isRunning(other.launcher))) {
        await clearAway(file, other);
        continue;
      }
      if (performance.now() - began > (other.stopping ? stopping : noticing)) {
        throw new AlreadyRunning(
          `Carers Card is already running at ${other.address} (process ${other.launcher.pid}): use that, or stop it first.`,
        );
      }
      await pause(200);
    }
  }

  /** Remembers a child; the newest of each name. */
  async remember(name: string, pid: number): Promise<void> {
    const child = await knownProcess(pid);
    if (!child) return;
    this.notes.children[name] = child;
    await this.write();
  }

  /** Remembers where the program answers, once the port is known. */
  async rememberAddress(address: string): Promise<void> {
    this.notes.address = address;
    await this.write();
  }

  /** Tells the next launcher to wait. */
  async sayStopping(): Promise<void> {
    this.notes.stopping = true;
    await this.write();
  }

  async release(): Promise<void> {
    await this.writing;
    await rm(this.file, { force: true });
  }

  private async write(): Promise<void> {
    this.writing = this.writing.then(async () => {
      const draft = draftOf(this.file);
      await writeFile(draft, JSON.stringify(this.notes));
      await rename(draft, this.file);
    });
    await this.writing;
  }
}

/** Appears whole or not at all, and only where there is none: linking fails where the name is taken. */
async function writeFirst(file: string, notes: Notes): Promise<boolean> {
  const draft = draftOf(file);
  await writeFile(draft, JSON.stringify(notes));
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'running.json');
}

function draftOf(file: string): string {
  return `${file}.${process.pid}`;
}

async function readNotes(file: string): Promise<Notes | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Notes;
  } catch {
    return undefined;
  }
}

/** Ends what the dead launcher had started. Its children end by themselves as a rule; this is for one that hangs. */
async function clearAway(file: string, notes: Notes | undefined): Promise<void> {
  for (const child of Object.values(notes?.children ?? {})) await end(child, 10_000);
  // Whoever moves it away has it: of two launchers that find the same stale notes, one fails here and looks again.
  const mine = `${file}.stale-${process.pid}`;
  const moved = await rename(file, mine).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  const seen = await readNotes(mine);
  if (seen && notes && seen.launcher.pid !== notes.launcher.pid) {
    // Between looking and moving another launcher had taken over: give it back.
    await link(mine, file).catch(() => undefined);
  }
  await rm(mine, { force: true });
}
