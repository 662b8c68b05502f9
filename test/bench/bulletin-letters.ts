import type { Peak } from './bulletin-memory.js';
import { printing, printRun, started } from './bulletin-phases.js';
import type { BulletinWorld } from './bulletin-world.js';
import { row, type Row } from './rows.js';

/** Most memory of a worker, in MiB, and most time for 30,000 letters, in milliseconds. */
const most = { memory: 300, printed: 600_000 };

/** A bulletin that goes to everybody by post, a third of them in large print: nothing but the print run. */
export async function lettersAlone(
  world: BulletinWorld,
  letters: number,
  memory: Peak,
  say: (sentence: string) => void,
): Promise<Row[]> {
  say(`Registering ${letters} carers`);
  const { id } = await started(
    world,
    letters,
    () => 'post',
    (index) => index % 3 === 2,
  );
  await printing(world, `now() + interval '1 day'`);
  return printRows(world, id, letters, memory, say);
}

/** Prints the letters of a bulletin that has been started. */
export async function printRows(
  world: BulletinWorld,
  id: string,
  letters: number,
  memory: Peak,
  say: (sentence: string) => void,
): Promise<Row[]> {
  const printed = await printRun(world, memory, id);
  say(
    `${printed.letters} letters, ${printed.sides} sides, ${Math.round(printed.bytes / 1e6)} MB; most memory before ` +
      `${printed.idle.toFixed(0)} MiB, in the first third ${printed.firstThird.toFixed(0)} MiB, in the last ` +
      `${printed.lastThird.toFixed(0)} MiB`,
  );
  const atMost = (name: string, unit: Row['unit'], ours: number, bare: number, target = 1) =>
    row({ name, unit, ours, bare, target, atMost: true });
  return [
    atMost('bulletin-print', 'ms', printed.took, most.printed * (letters / 30_000)),
    atMost('bulletin-print-memory', 'MiB', printed.peak, most.memory),
    // As much at the end as at the start: nothing is kept of the letters that were printed.
    atMost('bulletin-print-flat', 'MiB', printed.lastThird, printed.firstThird, 1.1),
  ];
}
