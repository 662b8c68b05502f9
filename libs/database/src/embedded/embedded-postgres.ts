import type { ChildProcess } from 'node:child_process';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findBinaries, type Binaries } from './binaries.js';
import { databaseUrl, makeServer, prepareDatabase, readPasswords, type Passwords } from './cluster.js';
import { guardAgainstOrphans, launch, startPatience, type Running } from './launch.js';
import { findPlace, knownPlace, type Place } from './place.js';
import { isServer, readPostmaster, serverProcesses, signal, until } from './processes.js';

export interface EmbeddedOptions {
  /** Absolute path of the installation's data folder. */
  dataDir: string;
  /** Told in a sentence what is going on: a first start takes seconds. */
  onProgress?: (sentence: string) => void;
  /** Settings for the server, such as `{ fsync: 'off' }` in tests. */
  flags?: Record<string, string>;
}

/** How long a server may take to go down, and its orphans to follow, in milliseconds. */
const stopPatience = 30_000;
const orphanPatience = 10_000;

/**
 * A real PostgreSQL beside the program, for laptops, demos and small schemes. It listens on 127.0.0.1 only, keeps its
 * port and passwords from start to start, comes back when it is killed, and ends when this process ends, however.
 */
export class EmbeddedPostgres {
  private server: Running = { pid: 0, port: 0 };
  private guard: ChildProcess | undefined;
  private watch: NodeJS.Timeout | undefined;
  private stopping = false;
  private restarting = false;
  private readonly say: (sentence: string) => void;

  private constructor(
    private readonly place: Place,
    private readonly binaries: Binaries,
    private readonly passwords: Passwords,
    private readonly options: EmbeddedOptions,
  ) {
    this.say = options.onProgress ?? (() => undefined);
  }

  /** Address of the application's database, with its password. */
  get url(): string {
    return databaseUrl(this.server.port, this.passwords);
  }

  /** Process id of the server; another one after a restart. */
  get processId(): number {
    return this.server.pid;
  }

  /** The folder that holds the data. */
  get directory(): string {
    return this.place.home;
  }

  /** For people: 'PostgreSQL 18.4'. */
  get version(): string {
    return this.binaries.version;
  }

  /** @internal See `startEmbeddedPostgres`. */
  static async start(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
    const say = options.onProgress ?? (() => undefined);
    const place = await findPlace(options.dataDir, say);
    const binaries = await findBinaries(place.account, place.cache);
    if (!(await stat(place.cluster).catch(() => undefined))) say(`Creating a database in ${place.home}`);
    await makeServer(place, binaries, options.flags?.fsync !== 'off');
    const postgres = new EmbeddedPostgres(place, binaries, await readPasswords(place), options);
    await postgres.up();
    try {
      await prepareDatabase(postgres.server.port, postgres.passwords);
    } catch (error) {
      // The server may be somebody else's; if it is ours it ends with this process.
      postgres.leave();
      throw error;
    }
    return postgres;
  }

  /** Ends the server in good order: open transactions are rolled back and everything is on disk. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.watch);
    const { cluster } = this.place;
    if (await isServer(this.server.pid, cluster)) signal(this.server.pid, 'SIGINT');
    const gone = async () => (await serverProcesses(cluster)).length === 0;
    if (!(await until(gone, stopPatience))) {
      for (const pid of await serverProcesses(cluster)) signal(pid, 'SIGQUIT');
      await until(gone, orphanPatience);
    }
    this.guard?.kill('SIGKILL');
  }

  /** Looks after the server no longer. It runs on while another process, or this one, holds it. */
  leave(): void {
    this.stopping = true;
    clearInterval(this.watch);
  }

  private async up(): Promise<void> {
    this.guard?.kill('SIGKILL');
    const attach = () => attachTo(this.place);
    this.server = (await attach()) ?? (await launch(this.place, this.binaries, this.options.flags, attach));
    this.guard = guardAgainstOrphans(this.server.pid, this.place);
    clearInterval(this.watch);
    this.watch = setInterval(() => void this.bringBack(), 500).unref();
  }

  /** Runs on a timer: a server that was killed is started again on the same port, where its clients look for it. */
  private async bringBack(): Promise<void> {
    if (this.stopping || this.restarting || (await isServer(this.server.pid, this.place.cluster))) return;
    if (this.stopping || this.restarting) return;
    this.restarting = true;
    const before = this.server.port;
    for (let wait = 200; !this.stopping; wait = Math.min(wait * 2, 10_000)) {
      this.say('PostgreSQL has stopped unexpectedly and is being started again');
      try {
        await this.up();
        if (this.server.port === before) break;
        this.say(`PostgreSQL had to move from port ${before} to ${this.server.port}: please start again`);
        break;
      } catch (error) {
        this.say(error instanceof Error ? error.message : String(error));
        await pause(wait);
      }
    }
    this.restarting = false;
    if (this.stopping) await this.stop();
  }
}

/** Takes over a server that runs already: one that a killed launcher left behind, or that a command has started. */
async function attachTo({ cluster }: Place): Promise<Running | undefined> {
  const look = async () => {
    const [postmaster, processes] = await Promise.all([readPostmaster(cluster), serverProcesses(cluster)]);
    const head = postmaster && processes.includes(postmaster.pid) ? postmaster : undefined;
    return { head, processes, settled: processes.length === 0 || head?.state === 'ready' };
  };
  let seen = await look();
  const settles = async () => (seen = await look()).settled;
  if (!(await until(settles, seen.head ? startPatience : orphanPatience))) {
    // The head of the family was killed and a child is still busy; a new server must not meet it.
    for (const pid of seen.processes) signal(pid, 'SIGQUIT');
    await until(settles, orphanPatience);
  }
  if (seen.head?.state === 'ready') return { pid: seen.head.pid, port: seen.head.port };
  // What is left is stale, and would stop a new server if its process id now belongs to something else.
  if (seen.processes.length === 0) await rm(join(cluster, 'postmaster.pid'), { force: true });
  return undefined;
}

/**
 * Starts PostgreSQL on the data in `dataDir`, creating them the first time. A server that runs on them already is
 * taken over. Takes about two seconds the first time, less later.
 *
 * @throws Error with a sentence for the operator
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  return EmbeddedPostgres.start(options);
}

/** The address of a server that runs on `dataDir` now; undefined when none does. For commands beside `npm start`. */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | undefined> {
  const place = await knownPlace(dataDir);
  if (!place) return undefined;
  const postmaster = await readPostmaster(place.cluster);
  if (postmaster?.state !== 'ready') return undefined;
  if (!(await isServer(postmaster.pid, place.cluster))) return undefined;
  return databaseUrl(postmaster.port, await readPasswords(place));
}
