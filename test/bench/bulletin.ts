import type { Channel } from '@carers/information-service';
import { lettersAlone, printRows } from './bulletin-letters.js';
import { Peak } from './bulletin-memory.js';
import { bareLoop, deliveriesOf, killUntilSent, printing, rateOf, started } from './bulletin-phases.js';
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

/** Most memory of a worker, in MiB, and most time to queue 100,000 people, in milliseconds. */
const most = { memory: 300, queued: 30_000 };

/** A bulletin to many: 60 % e-mail, 30 % post, 10 % text; timed, then with a worker killed again and again. */
export async function bulletinRows(quick: boolean, say: Say): Promise<Row[]> {
  const people = Number(option('people') ?? 100_000);
  const sizes: Sizes = quick ? { people: 3_000, bare: 500, timed: 300, everySeconds: 2 } : full(people);
  return inBulletinWorld(say, (world, memory, told) => rows(world, sizes, memory, told));
}

/** The letters alone: `--letters=3000` is a smaller run. */
export async function letterRows(quick: boolean, say: Say): Promise<Row[]> {
  const letters = quick ? 900 : Number(option('letters') ?? 30_000);
  return inBulletinWorld(say, (world, memory, told) => lettersAlone(world, letters, memory, told));
}

async function inBulletinWorld(
  say: Say,
  work: (world: BulletinWorld, memory: Peak, told: Say) => Promise<Row[]>,
): Promise<Row[]> {
  const began = performance.now();
  const told: Say = (sentence) => say(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${sentence}`);
  const world = await startBulletinWorld(told);
  const memory = new Peak();
  try {
    return await work(world, memory, told);
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
  const large = (index: number) => index % 10 === 8;
  const { id, carers, queued } = await started(world, sizes.people, channelOf, large);
  const by = (channel: Channel) => carers.filter((carer) => carer.channel === channel).length;
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
  const begun = ({ process }: (typeof workers)[number]) => memory.watch(process);
  const kills = await killUntilSent(world, workers, begun, sizes.everySeconds, id).finally(() => clearInterval(rest));
  const sent = performance.now();
  const sunk = await world.sunk();
  const stands = await deliveriesOf(world, id);
  for (const { process } of workers) process.kill('SIGKILL');
  say(`All sent: ${kills} kills, ${sunk.second} second copies, ${stands.unknown} not known`);
  const after = await bareLoop(world, id, sizes.bare);
  say(`The bare loop again: ${after.toFixed(0)} e-mails a second`);

  const letters = await printRows(world, id, by('post'), memory, say);
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
    ...letters,
  ];
}

function option(name: string): string | undefined {
  return process.argv.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);
}

async function tell(world: BulletinWorld, memory: Peak, say: Say): Promise<void> {
  const { people, texts } = await world.sunk();
  say(`${people} e-mails, ${texts} texts; most memory of a worker so far ${memory.most().toFixed(0)} MiB`);
}

function channelOf(index: number): Channel {
  return index % 10 < 6 ? 'email' : index % 10 < 9 ? 'post' : 'text';
}
