import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Database } from '@carers/database';
import { bundledScheme, SchemeService } from '@carers/places';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { carersInBulk } from '../../../../../test/support/carers-in-bulk.js';
import { testDatabase } from '../../../../../test/support/database.js';
import { givenBulletin, officerOf } from '../../../../../test/support/given-bulletin.js';
import { SmtpSink } from '../../../../../test/support/smtp-sink.js';
import { startTestWorker, type TestWorker } from '../../../../../test/support/worker.js';
import { Sendings } from '../sendings.js';
import { Starts } from '../starts.js';

const people = 60;
const support = join(import.meta.dirname, '../../../../../test/support');

describe('a worker that is killed while it sends', () => {
  const sink = new SmtpSink();
  const workers = new Set<ChildProcess>();
  let here: TestWorker;
  let databaseUrl: string;
  let smtpUrl: string;

  beforeAll(async () => {
    databaseUrl = await testDatabase();
    smtpUrl = await sink.open();
    here = await startTestWorker({ databaseUrl, at: new Date().toISOString(), env: { SMTP_URL: smtpUrl } });
    await here.get(SchemeService).loadScheme(await bundledScheme('dorset'));
  }, 120_000);
  afterAll(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    await here?.close();
    await sink.close();
  });

  async function start(): Promise<ChildProcess> {
    const worker = fork(join(support, 'worker-process.ts'), [databaseUrl, JSON.stringify({ SMTP_URL: smtpUrl })], {
      execArgv: ['--import', join(support, 'typescript.mjs')],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    workers.add(worker);
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('exit', (code) => reject(new Error(`A worker ended with ${code}.`)));
    });
    worker.removeAllListeners('exit');
    return worker;
  }

  it('leaves each person one copy, but for the one whose end was under way', async () => {
    const { carersServiceId } = await carersInBulk(here.app, people, () => 'email');
    const officer = await officerOf(here.app, 'first', carersServiceId);
    const id = await givenBulletin(here.app, carersServiceId, officer);
    await here.get(Sendings).confirm(id, null, officer);
    await here.get(Starts).start(id, 1);
    // The tenth message is taken, and its answer never comes: the worker dies while it waits for it.
    let taken = 0;
    let hanging!: () => void;
    const hangs = new Promise<void>((resolve) => (hanging = resolve));
    sink.message = async (mail) => {
      if (++taken !== 10) return null;
      sink.mails.push(mail);
      hanging();
      await new Promise(() => undefined);
      return null;
    };
    const first = await start();
    await hangs;
    const [sender] = await here
      .get(Database)
      .query<{ doubt: number }>('SELECT cardinality(in_doubt) AS doubt FROM delivery_sender');
    expect(sender!.doubt).toBe(1);
    first.kill('SIGKILL');
    await start();
    for (let left = 1; left > 0; await wait(50)) {
      const [open] = await here
        .get(Database)
        .query<{ left: number }>(
          `SELECT count(*) AS left FROM delivery WHERE bulletin_id = $1 AND state NOT IN ('sent')`,
          [id],
        );
      left = open!.left;
    }
    const times = new Map<string, number>();
    for (const { to } of sink.mails) times.set(to, (times.get(to) ?? 0) + 1);
    expect(times.size).toBe(people);
    expect([...times.values()].filter((each) => each > 1)).toEqual([2]);
    const [delivery] = await here
      .get(Database)
      .query<{ rows: number; doubts: number }>(
        'SELECT count(*) AS rows, sum(doubts)::int AS doubts FROM delivery WHERE bulletin_id = $1',
        [id],
      );
    expect(delivery).toEqual({ rows: people, doubts: 1 });
    // The second copy is the same message to every server and reader that knows it.
    const twice = sink.mails
      .filter(({ to }) => times.get(to) === 2)
      .map(({ raw }) => /^Message-ID: .+$/im.exec(raw)![0]);
    expect(new Set(twice).size).toBe(1);
  }, 120_000);
});
