import { Sendings, Starts } from '@carers/bulletins';
import type { Channel } from '@carers/information-service';
import { carersInBulk } from '../support/carers-in-bulk.js';
import { givenBulletin, officerOf } from '../support/given-bulletin.js';
import { Peak } from './bulletin-memory.js';
import { bareLoop, deliveriesOf, killUntilSent, printing, printRun, rateOf } from './bulletin-phases.js';
import { type BulletinWorld, startBulletinWorld } from './bulletin-world.js';
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

/** Most memory of a worker, in MiB, and most time for 100,000 people: to queue, to print, in milliseconds. */
const most = { memory: 300, queued: 30_000, printed: 600_000 };

/** A bulletin to many: 60 % e-mail, 30 % post, 10 % text; timed, then with a worker killed again and again. */
export async function bulletinRows(quick: boolean, say: Say): Promise<Row[]> {
  const began = performance.now();
  const told: Say = (sentence) => say(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${sentence}`);
  const sizes: Sizes = quick
    ? { people: 3_000, bare: 500, timed: 300, everySeconds: 2 }
    : full(Number(process.argv.find((each) => each.startsWith('--people='))?.slice('--people='.length) ?? 100_000));
  const world = await startBulletinWorld(told);
  const memory = new Peak();
  try {
    return await rows(world, sizes, memory, told);
  } finally {
    memory.end();
    await world.end();
  }
}

/** `--people=20000` takes a fifth of the time, for somebody who changes the engine. */
function full(people: number): Sizes {
  return {
    people,
    bare: Math.min(6_000, Math.round(people / 8)),
    timed: Math.round(people * 0.3),
    everySeconds: 5,
  };
}

async function rows(world: BulletinWorld, sizes: Sizes, memory: Peak, say: Say): Promise<Row[]> {
  say(`Registering ${sizes.people} carers`);
  const { carersServiceId, carers } = await carersInBulk(
    world.libs,
    sizes.people,
    channelOf,
    (index) => index % 10 === 8,
  );
  const by = (channel: Channel) => carers.filter((carer) => carer.channel === channel).length;
  const officers = [
    await officerOf(world.libs, 'first', carersServiceId),
    await officerOf(world.libs, 'second', carersServiceId),
  ] as const;
  const id = await givenBulletin(world.libs, carersServiceId, officers[0]);
  const sendings = world.libs.get(Sendings, { strict: false });
  if ((await sendings.confirm(id, null, officers[0])) === 'awaiting_second') await sendings.approve(id, officers[1]);

  const { turn } = (await sendings.planOf(id))!;
  const began = performance.now();
  await world.libs.get(Starts, { strict: false }).start(id, turn);
  const queued = performance.now() - began;
  say(`Queued in ${(queued / 1000).toFixed(1)} s`);
  await printing(world, `now() + interval '1 day'`);

  const before = await bareLoop(world, id, sizes.bare);
  say(`The bare loop: ${before.toFixed(0)} e-mails a second`);
  const workers = [world.worker(), world.worker()];
  for (const { process } of workers) memory.watch(process);
  await Promise.all(workers.map(({ ready }) => ready));
  const progress = setInterval(() => void tell(world, memory, say), 15_000);
  const ours = await rateOf(world, sizes.timed).finally(() => clearInterval(progress));
  say(`Two workers: ${ours.toFixed(0)} e-mails a second; one is killed every ${sizes.everySeconds} s from now on`);

  const rest = setInterval(() => void tell(world, memory, say), 15_000);
  const started = ({ process }: (typeof workers)[number]) => memory.watch(process);
  const kills = await killUntilSent(world, workers, started, sizes.everySeconds, id).finally(() => clearInterval(rest));
  const sent = performance.now();
  const sunk = await world.sunk();
  const stands = await deliveriesOf(world, id);
  for (const { process } of workers) process.kill('SIGKILL');
  say(`All sent: ${kills} kills, ${sunk.second} second copies, ${stands.unknown} not known`);
  const after = await bareLoop(world, id, sizes.bare);
  say(`The bare loop again: ${after.toFixed(0)} e-mails a second`);

  const printed = await printRun(world, memory, id);
  say(
    `${printed.letters} letters, ${printed.sides} sides, ${Math.round(printed.bytes / 1e6)} MB; most memory in the first third ` +
      `${printed.firstThird.toFixed(0)} MiB, in the last ${printed.lastThird.toFixed(0)} MiB`,
  );
  const missing = by('email') - sunk.people + by('text') - (sunk.texts - sunk.secondTexts) + stands.open;
  const atMost = (name: string, unit: Row['unit'], ours: number, bare: number, target = 1) =>
    row({ name, unit, ours, bare, target, atMost: true });
  return [
    atMost('bulletin-queued', 'ms', queued, most.queued),
    row({ name: 'bulletin-email', unit: '/s', ours, bare: (before + after) / 2, target: 0.5, atMost: false }),
    // Each person has one row, and every copy has arrived.
    atMost(
      'bulletin-rows',
      'copies',
      Math.abs(stands.rows - sizes.people) + stands.rows - stands.people,
      stands.rows,
      0,
    ),
    atMost('bulletin-missing', 'copies', missing, by('email') + by('text'), 0),
    atMost('bulletin-second', 'copies', sunk.second, kills),
    atMost('bulletin-second-text', 'copies', sunk.secondTexts, by('text'), 0),
    atMost('bulletin-memory', 'MiB', memory.most(0, sent), most.memory),
    atMost('bulletin-print', 'ms', printed.took, most.printed * (sizes.people / 100_000)),
    atMost('bulletin-print-memory', 'MiB', printed.peak, most.memory),
    // As much at the end as at the start: nothing is kept of the letters that were printed.
    atMost('bulletin-print-flat', 'MiB', printed.lastThird, printed.firstThird, 1.1),
  ];
}

async function tell(world: BulletinWorld, memory: Peak, say: Say): Promise<void> {
  const { people, texts } = await world.sunk();
  say(`${people} e-mails, ${texts} texts; most memory of a worker so far ${memory.most().toFixed(0)} MiB`);
}

function channelOf(index: number): Channel {
  return index % 10 < 6 ? 'email' : index % 10 < 9 ? 'post' : 'text';
}
