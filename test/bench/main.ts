import 'reflect-metadata';
import { ScaleLoad } from '@carers/demo';
import { browserCheckRows } from './browser-check.js';
import { bulletinRows, letterRows } from './bulletin.js';
import { directoryPage, lists } from './directory-benches.js';
import { growTo, type ListTime, timeLists } from './growth.js';
import { residentMiB, residentNow } from './memory.js';
import { offlineRow } from './offline.js';
import { asJson, asTable, row, type Row } from './rows.js';
import { type Pace, popularRow, processesRows, rateRow, registryRow, tillRows, told } from './till-benches.js';
import { tamper } from './tampering.js';
import { makeTills } from './till-world.js';
import { startWorld, type World } from './world.js';

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const say = (sentence: string) => void process.stderr.write(`${sentence}\n`);
const wanted = (...some: string[]) => names.length === 0 || some.some((name) => names.includes(name));

/** `--quick` shows in seconds that the bench works; its figures are worth nothing. */
const quick = process.argv.includes('--quick');
const [cards, offers, manyOffers] = quick ? [2_000, 400, 2_000] : [100_000, 10_000, 100_000];
const fewOffers = quick ? 400 : 1_000;
const registrySizes = quick ? ([1_000, 3_000] as const) : ([10_000, 1_000_000] as const);
const pace: Pace = { rounds: quick ? 1 : 5, seconds: quick ? 1 : 4, say };

const tillBenches = ['validations', 'validations-64', 'validations-1', 'redemptions'];
const rows: Row[] = [];
if (wanted('offline')) rows.push(await offlineRow(pace.rounds));
if (wanted('browser-check')) rows.push(...(await browserCheckRows()));
// Minutes of work, so only when asked for.
if (names.includes('tampering')) await tamper(quick ? 20_000 : 2_000_000, say);
if (names.includes('bulletin-print')) rows.push(...(await letterRows(quick, say)));
if (wanted('bulletin')) rows.push(...(await bulletinRows(quick, say)));
if (wanted('registry')) await inWorld(registry);
if (wanted(...tillBenches, 'popular', 'processes', 'memory', 'offers', 'page', 'growth')) await inWorld(everythingElse);
process.stdout.write(process.argv.includes('--json') ? asJson(rows) : asTable(rows));

async function inWorld(work: (world: World) => Promise<void>): Promise<void> {
  const world = await startWorld(say);
  try {
    await work(world);
  } finally {
    await world.end();
  }
}

function loader(world: World) {
  return (scale: { cards: number; offers: number }) => {
    say(`Loading ${scale.cards} cards and ${scale.offers} offers`);
    return world.libs.get(ScaleLoad, { strict: false }).load(scale, say);
  };
}

async function registry(world: World): Promise<void> {
  const load = loader(world);
  rows.push(await registryRow(world, registrySizes, (count) => load({ cards: count, offers: 200 }), pace));
}

async function everythingElse(world: World): Promise<void> {
  const idle = residentMiB(world.ours.pid);
  let small: ListTime | null = null;
  if (wanted('growth')) {
    await growTo(world, fewOffers, say);
    small = await timeLists(world);
  }
  await loader(world)({ cards, offers });
  const tills = await makeTills(world);
  for (const name of tillBenches) if (wanted(name)) rows.push(...(await tillRows(world, tills, name, pace)));
  if (wanted('popular')) rows.push(await popularRow(world, tills, pace));
  if (wanted('processes')) rows.push(...(await processesRows(world, tills, pace)));
  if (wanted('offers')) rows.push(rateRow('offers', await told(world, await lists(world), pace), 0.7));
  if (wanted('page')) rows.push(rateRow('page', await told(world, await directoryPage(world), pace), 0.1));
  if (wanted('memory')) rows.push(...memoryRows(idle, residentNow(world.ours.pid)));
  if (small) {
    await growTo(world, manyOffers, say);
    const large = await timeLists(world);
    // Minutes lie between the two, in which the machine's speed may have changed: each is held against its own.
    const ratio = large.list / large.nothing / (small.list / small.nothing);
    rows.push(
      row({ name: 'growth', unit: 'ms', ours: large.list, bare: small.list, ratio, target: 1.5, atMost: true }),
    );
  }
}

/** A web process's memory against what it may have: when nobody asks, and after all that was asked before. */
function memoryRows(idle: number, loaded: number): Row[] {
  const most = (name: string, ours: number, bare: number) =>
    row({ name, unit: 'MiB', ours, bare, target: 1, atMost: true });
  return [most('memory-idle', idle, 160), most('memory-loaded', loaded, 260)];
}
