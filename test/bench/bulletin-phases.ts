import { setTimeout as wait } from 'node:timers/promises';
import { BulletinContents, Sendings, Starts } from '@carers/bulletins';
import { emailOf } from '@carers/composer';
import type { Channel } from '@carers/information-service';
import { type BulkCarer, carersInBulk } from '../support/carers-in-bulk.js';
import { givenBulletin, officerOf } from '../support/given-bulletin.js';
import type { BareOrder } from './bulletin-bare.js';
import type { Peak } from './bulletin-memory.js';
import { residentMiB } from './memory.js';
import { answer, type BulletinWorld, type WorkerProcess } from './bulletin-world.js';

/** How long nothing may arrive before the run is given up, in milliseconds. */
const patience = 180_000;

/** A bulletin whose sending has begun, with two officers' yes; queued in so many milliseconds. No worker runs yet. */
export async function started(
  world: BulletinWorld,
  people: number,
  channelOf: (index: number) => Channel,
  large: (index: number) => boolean,
): Promise<{ id: string; carers: BulkCarer[]; queued: number }> {
  const { carersServiceId, carers } = await carersInBulk(world.libs, people, channelOf, large);
  const first = await officerOf(world.libs, 'first', carersServiceId);
  const second = await officerOf(world.libs, 'second', carersServiceId);
  const id = await givenBulletin(world.libs, carersServiceId, first);
  const sendings = world.libs.get(Sendings, { strict: false });
  if ((await sendings.confirm(id, null, first)) === 'awaiting_second') await sendings.approve(id, second);
  const { turn } = (await sendings.planOf(id))!;
  const began = performance.now();
  await world.libs.get(Starts, { strict: false }).start(id, turn);
  return { id, carers, queued: performance.now() - began };
}

/** Mails a second of a bare nodemailer loop that sends the same words on a pool of the same size. */
export async function bareLoop(world: BulletinWorld, id: string, mails: number): Promise<number> {
  const order: BareOrder = { ...(await orderOf(world, id)), mails };
  const loop = world.start('dist/test/bench/bulletin-bare.js');
  loop.send(order);
  const rate = await answer<number>(loop);
  loop.kill();
  return rate;
}

/** Mails a second, from the first that arrives until so many more have. */
export async function rateOf(world: BulletinWorld, more: number): Promise<number> {
  const before = (await world.sunk()).people;
  let first: { people: number; at: number } | null = null;
  const stalled = stallWatch();
  for (;;) {
    await wait(250);
    const { people } = await world.sunk();
    const at = performance.now();
    stalled(people);
    // Counted from the first: workers take a moment to begin.
    if (first === null) {
      if (people > before) first = { people, at };
    } else if (people - first.people >= more) return (people - first.people) / ((at - first.at) / 1000);
  }
}

/** Kills a worker by the clock, one after the other, and starts another in its place, until all is sent. Gives how many. */
export async function killUntilSent(
  world: BulletinWorld,
  workers: WorkerProcess[],
  started: (worker: WorkerProcess) => void,
  everySeconds: number,
  id: string,
): Promise<number> {
  let kills = 0;
  let next = performance.now() + everySeconds * 1000;
  const stalled = stallWatch();
  for (;;) {
    await wait(250);
    if (performance.now() >= next) {
      next += everySeconds * 1000;
      const place = kills++ % workers.length;
      workers[place]!.process.kill('SIGKILL');
      workers[place] = world.worker();
      started(workers[place]);
    }
    const [open] = await world.database.query<{ batches: number }>(
      `SELECT count(*) AS batches FROM delivery_batch WHERE bulletin_id = $1 AND channel <> 'post' AND state <> 'done'`,
      [id],
    );
    if (open!.batches === 0) return kills;
    const { people, texts } = await world.sunk();
    stalled(people + texts);
  }
}

/** What stands in the database at the end. */
export async function deliveriesOf(world: BulletinWorld, id: string) {
  const [found] = await world.database.query<{ rows: number; people: number; unknown: number; open: number }>(
    `SELECT count(*) AS rows, count(DISTINCT subscriber_id) AS people, count(*) FILTER (WHERE state = 'unknown') AS unknown,
            count(*) FILTER (WHERE channel <> 'post' AND state NOT IN ('sent', 'unknown')) AS open
       FROM delivery WHERE bulletin_id = $1`,
    [id],
  );
  return found!;
}

/** Lets the print job run, or not: letters are printed when nothing else is at work. */
export async function printing(world: BulletinWorld, when: string): Promise<void> {
  await world.database.query(
    `UPDATE queue.job SET start_after = ${when} WHERE name = 'bulletins.print-letters' AND state = 'created'`,
  );
}

/** A print run from when a worker may begin until the file is there: milliseconds, and peaks of memory in MiB. */
export async function printRun(world: BulletinWorld, memory: Peak, id: string) {
  const worker = world.worker();
  memory.watch(worker.process);
  await worker.ready;
  const idle = residentMiB(worker.process.pid!);
  const began = performance.now();
  await printing(world, 'now()');
  const stalled = stallWatch();
  for (;;) {
    await wait(500);
    const [run] = await world.database.query<{
      state: string;
      letters: number;
      sides: number;
      bytes: number;
      done: number;
    }>(
      `SELECT state, letters, sides, bytes, (SELECT count(*) FROM print_letter WHERE run_id = run.id) +
              (SELECT count(*) FROM print_piece WHERE run_id = run.id) AS done
         FROM print_run run WHERE bulletin_id = $1`,
      [id],
    );
    stalled(run!.done);
    if (run!.state === 'failed') throw new Error('The print run has failed.');
    if (run!.state !== 'ready') continue;
    const ended = performance.now();
    const third = (ended - began) / 3;
    worker.process.kill('SIGKILL');
    return {
      ...run!,
      took: ended - began,
      idle,
      peak: memory.most(began, ended),
      firstThird: memory.most(began, began + third),
      lastThird: memory.most(ended - third, ended),
    };
  }
}

/** Asked again and again with a figure; throws when it has stayed the same for too long. */
function stallWatch(): (figure: number) => void {
  let last = -1;
  let since = performance.now();
  return (figure) => {
    if (figure !== last) [last, since] = [figure, performance.now()];
    else if (performance.now() - since > patience) throw new Error(`Nothing has moved for ${patience / 1000} seconds.`);
  };
}

async function orderOf(world: BulletinWorld, id: string): Promise<Omit<BareOrder, 'mails'>> {
  const bulletin = await world.libs.get(BulletinContents, { strict: false }).frozen(id);
  const person = {
    firstName: 'Margaret',
    name: 'Margaret Hale',
    preferenceUrl: `https://card.example/preferences/${'x'.repeat(43)}`,
    locale: 'en-GB',
    format: 'standard' as const,
  };
  const copy = bulletin.copyFor(person);
  const mail = emailOf(copy.composed, person, bulletin.emailFrame(copy.locale));
  return {
    url: world.smtpUrl,
    ...mail,
    headers: {
      'List-Id': '<poole.carers-information.card.example>',
      'List-Unsubscribe': `<${person.preferenceUrl}/unsubscribe>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Auto-Submitted': 'auto-generated',
    },
  };
}
