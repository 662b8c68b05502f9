import type { Tx } from '@carers/database';
import { Chance } from '@carers/kernel';
import { Injectable } from '@nestjs/common';

/** Places looked at for each draw, besides twice the number that is wanted. */
const extraLooks = 128;

/**
 * Places in the status list. They are drawn at random, so that a place tells nothing about when a card was issued, from
 * a range that doubles when it is more than half taken: dense enough for a list that is quickly fetched.
 */
@Injectable()
export class StatusIndexes {
  constructor(private readonly chance: Chance) {}

  /**
   * Free places, each drawn once. Place 0, which belongs to the cards for practising, is never among them. Two
   * transactions may draw the same at the same time: then `uq_credential__status_index` refuses the later one.
   * @param chance where the draw comes from; by default unpredictable
   */
  async draw(tx: Tx, count: number, chance: Chance = this.chance): Promise<number[]> {
    for (;;) {
      const capacity = await this.capacity(tx);
      const wanted = 2 * count + extraLooks;
      // More than the range may hold, or so many that looking would find little: it has to grow first.
      if (wanted * 2 > capacity && (await this.grow(tx, capacity, count))) continue;
      const looked = someOf(capacity, Math.min(wanted, capacity / 2), chance);
      const taken = await this.takenAmong(tx, looked);
      if (taken.size * 2 > looked.size && (await this.grow(tx, capacity, count))) continue;
      const free = [...looked].filter((place) => !taken.has(place));
      if (free.length >= count) return free.slice(0, count);
    }
  }

  private async capacity(tx: Tx): Promise<number> {
    const [row] = (await tx.query('SELECT capacity FROM status_list')) as { capacity: number }[];
    return row!.capacity;
  }

  private async takenAmong(tx: Tx, places: ReadonlySet<number>): Promise<Set<number>> {
    const rows = (await tx.query('SELECT status_index FROM credential WHERE status_index = ANY($1)', [
      [...places],
    ])) as { status_index: number }[];
    return new Set(rows.map(({ status_index: place }) => place));
  }

  /** Doubles the range as often as needed. What was looked at may have been an unlucky sample, so it counts. */
  private async grow(tx: Tx, capacity: number, count: number): Promise<boolean> {
    const [row] = (await tx.query('SELECT count(*)::integer AS taken FROM credential')) as { taken: number }[];
    let larger = capacity;
    while (larger < 2 * (row!.taken + count)) larger *= 2;
    if (larger === capacity) return false;
    // Whoever comes second finds it grown.
    await tx.query('UPDATE status_list SET capacity = $1 WHERE capacity = $2', [larger, capacity]);
    return true;
  }
}

/** Different places from 1 up to but not including a limit. */
function someOf(limit: number, count: number, chance: Chance): Set<number> {
  const places = new Set<number>();
  while (places.size < count) places.add(1 + chance.below(limit - 1));
  return places;
}
