import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { BulletinContents, Sendings, Starts } from '@carers/bulletins';
import { emailOf } from '@carers/composer';
import type { Channel } from '@carers/information-service';
import { carersInBulk } from '../support/carers-in-bulk.js';
import { givenBulletin, officerOf } from '../support/given-bulletin.js';
import type { BareOrder } from './bulletin-bare.js';
import { answer, type BulletinWorld, startBulletinWorld } from './bulletin-world.js';
import { residentMiB } from './memory.js';
import { row, type Row } from './rows.js';

interface Sizes {
  people: number;
  /** Mails of the bare loop, each time. */
  bare: number;
  /** Mails of ours that are timed, before anything is killed. */
  timed: number;
  /** Seconds between two kills. */
  everySeconds: number;
}

type Say = (sentence: string) => void;

/** A bulletin to many: 60 % e-mail, 30 % post, 10 % text; timed, then with a worker killed again and again. */
export async function bulletinRows(quick: boolean, say: Say): Promise<Row[]> {
  const sizes: Sizes = quick
    ? { people: 3_000, bare: 500, timed: 300, everySeconds: 2 }
    : full(Number(process.argv.find((each) => each.startsWith('--people='))?.slice('--people='.length) ?? 100_000));
  const world = await startBulletinWorld(say);
  const memory = new Peak();
  try {
    return await rows(world, sizes, memory, say);
  } finally {
    memory.end();
    await world.end();
  }
}

/** `--people=20000` takes a fifth of the time, for somebody who changes the engine. */
function full(people: number): Sizes {
  return {
    people,
    bare: Math.min(8_000, Math.round(people / 8)),
    timed: Math.min(15_000, Math.round(people / 5)),
    everySeconds: 5,
  };
}

async function rows(world: BulletinWorld, sizes: Sizes, memory: Peak, say: Say): Promise<Row[]> {
  say(`Registering ${sizes.people} carers`);
  const { carersServiceId } = await carersInBulk(world.libs, sizes.people, channelOf, (index) => index % 10 === 8);
  const emails = Math.round(sizes.people * 0.6);
  const officers = [
    await officerOf(world.libs, 'first', carersServiceId),
    await officerOf(world.libs, 'second', carersServiceId),
  ] as const;
  const id = await givenBulletin(world.libs, carersServiceId, officers[0]);
  const sendings = world.libs.get(Sendings, { strict: false });
  if ((await sendings.confirm(id, null, officers[0])) === 'awaiting_second') await sendings.approve(id, officers[1]);

  const began = performance.now();
  const plan = (await sendings.planOf(id))!;
  await world.libs.get(Starts, { strict: false }).start(id, plan.turn);
  const queued = performance.now() - began;
  say(`Queued in ${(queued / 1000).toFixed(1)} s`);
  // Letters are printed when nothing else is at work: see below.
  const printing = (when: string) =>
    world.database.query(`UPDATE queue.job SET start_after = ${when} WHERE name = 'bulletins.print-letters'`);
  await printing(`now() + interval '1 day'`);

  const order = await orderOf(world, id);
  const before = await bareLoop(world, { ...order, mails: sizes.bare });
  const workers = await Promise.all([world.worker(), world.worker()]);
  for (const worker of workers) memory.watch(worker);
  const ours = await rateUntil(world, (await world.sunk()).people, sizes.timed);
  say(`${ours.toFixed(0)} e-mails a second, the bare loop ${before.toFixed(0)}`);

  const kills = await killUntilSent(world, workers, memory, sizes, id);
  const sunk = await world.sunk();
  const figures = await deliveriesOf(world, id);
  for (const worker of workers) worker.kill('SIGKILL');
  const after = await bareLoop(world, { ...order, mails: sizes.bare });
  say(
    `The bare loop again ${after.toFixed(0)}; ${kills} kills, ${sunk.second} second copies, ${figures.unknown} unknown`,
  );

  const printed = await printRun(world, memory, printing, id, say);
  const missing = emails - sunk.people + Math.abs(figures.people - sizes.people) + figures.notSent;
  return [
    row({ name: 'bulletin-queued', unit: 'ms', ours: queued, bare: 30_000, target: 1, atMost: true }),
    row({ name: 'bulletin-email', unit: '/s', ours, bare: (before + after) / 2, target: 0.5, atMost: false }),
    row({ name: 'bulletin-missing', unit: 'copies', ours: missing, bare: emails, target: 0, atMost: true }),
    row({
      name: 'bulletin-second',
      unit: 'copies',
      ours: sunk.second + sunk.secondTexts,
      bare: kills,
      target: 1,
      atMost: true,
    }),
    row({ name: 'bulletin-memory', unit: 'MiB', ours: memory.most, bare: 300, target: 1, atMost: true }),
    row({
      name: 'bulletin-print',
      unit: 'ms',
      ours: printed,
      bare: 600_000 * (sizes.people / 100_000),
      target: 1,
      atMost: true,
    }),
  ];
}

function channelOf(index: number): Channel {
  return index % 10 < 6 ? 'email' : index % 10 < 9 ? 'post' : 'text';
}

/** The bare loop sends the same words. */
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

async function bareLoop(world: BulletinWorld, order: BareOrder): Promise<number> {
  const loop = world.start('dist/test/bench/bulletin-bare.js');
  loop.send(order);
  const rate = await answer<number>(loop);
  loop.kill();
  return rate;
}

/** Mails a second until so many more have arrived. */
async function rateUntil(world: BulletinWorld, from: number, more: number): Promise<number> {
  let first = await world.sunk();
  let began = performance.now();
  for (;;) {
    await wait(250);
    const now = await world.sunk();
    // Counted from the first that arrived: workers take a moment to begin.
    if (first.people === from) [first, began] = [now, performance.now()];
    else if (now.people - first.people >= more)
      return (now.people - first.people) / ((performance.now() - began) / 1000);
  }
}

/** Kills one worker after another, each time starting another in its place, until all is sent. Gives how many. */
async function killUntilSent(
  world: BulletinWorld,
  workers: ChildProcess[],
  memory: Peak,
  sizes: Sizes,
  id: string,
): Promise<number> {
  let kills = 0;
  for (let left = 1; left > 0;) {
    for (let seconds = 0; seconds < sizes.everySeconds && left > 0; seconds += 0.5) {
      await wait(500);
      const [open] = await world.database.query<{ left: number }>(
        `SELECT count(*) AS left FROM delivery_batch WHERE bulletin_id = $1 AND channel <> 'post' AND state <> 'done'`,
        [id],
      );
      left = open!.left;
    }
    if (left === 0) break;
    const place = kills++ % workers.length;
    workers[place]!.kill('SIGKILL');
    workers[place] = await world.worker();
    memory.watch(workers[place]);
  }
  return kills;
}

async function deliveriesOf(world: BulletinWorld, id: string) {
  const [found] = await world.database.query<{ people: number; unknown: number; notSent: number }>(
    `SELECT count(DISTINCT subscriber_id) AS people, count(*) FILTER (WHERE state = 'unknown') AS unknown,
            count(*) FILTER (WHERE channel <> 'post' AND state <> 'sent') AS "notSent"
       FROM delivery WHERE bulletin_id = $1`,
    [id],
  );
  return found!;
}

/** Milliseconds from when a worker may print until the file is there. */
async function printRun(
  world: BulletinWorld,
  memory: Peak,
  printing: (when: string) => Promise<unknown>,
  id: string,
  say: Say,
): Promise<number> {
  const worker = await world.worker();
  memory.watch(worker);
  const began = performance.now();
  await printing('now()');
  for (;;) {
    await wait(500);
    const [run] = await world.database.query<{ state: string; letters: number; sides: number; bytes: number }>(
      'SELECT state, letters, sides, bytes FROM print_run WHERE bulletin_id = $1',
      [id],
    );
    if (run!.state === 'ready') {
      const took = performance.now() - began;
      say(
        `${run!.letters} letters, ${run!.sides} sides, ${Math.round(run!.bytes / 1e6)} MB in ${(took / 1000).toFixed(0)} s`,
      );
      return took;
    }
  }
}

/** The most memory that any of some processes held, looked at four times a second. */
class Peak {
  most = 0;
  private readonly pids = new Set<number>();
  private readonly timer = setInterval(() => this.look(), 250);

  watch(child: ChildProcess): void {
    this.pids.add(child.pid!);
    child.once('exit', () => this.pids.delete(child.pid!));
  }

  end(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    for (const pid of this.pids) {
      try {
        // A process that has just ended is listed still, without memory.
        this.most = Math.max(this.most, residentMiB(pid) || 0);
      } catch {
        // It has ended since.
        this.pids.delete(pid);
      }
    }
  }
}
