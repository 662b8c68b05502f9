import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Reviews } from '@carers/reviews';
import { Injectable } from '@nestjs/common';
import { idOf, refusalsAt, type Sighting, sightingsOf, type Source, unseenRows } from './sightings.js';
import { signalsOfCard, signalsOfTill } from './signals.js';

/** Rows younger than this wait for the next search: one with a lower id may still be on its way to the database. */
const settlesAfter = 60_000;

/** How far back the very first search goes. */
const firstLook = 24 * 3_600_000;

/** Steps of one run; what is left is for the next. */
const mostSteps = 500;

/**
 * Looks through checks and uses for what may be misuse, and asks staff to look at it. It knows cards and tills by id
 * only, keeps nothing but how far it has come, and decides nothing: no card is stopped by it.
 */
@Injectable()
export class Misuse {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly scheme: SchemeService,
    private readonly reviews: Reviews,
  ) {}

  /** Looks at everything that is new, step by step; gives how many reviews that made. */
  async search(): Promise<number> {
    let raised = 0;
    for (let steps = 0; steps < mostSteps; steps++) {
      const { more, count } = await this.database.transaction((tx) => this.step(tx));
      raised += count;
      if (!more) break;
    }
    return raised;
  }

  private async step(tx: Tx): Promise<{ more: boolean; count: number }> {
    const until = new Date(this.clock.now().getTime() - settlesAfter);
    const unseen = await unseenRows(tx, await this.watermarks(tx), until);
    let count = 0;
    if (unseen.earliest && unseen.latest) {
      // The rules of today, also for what is told of late: they say what staff are asked to look at now.
      const { misuse: limits } = await this.scheme.policyOn(this.clock.today());
      const window = limits.windowMinutes * 60_000;
      const [earliest, latest] = [unseen.earliest, unseen.latest];
      const sightings =
        unseen.cardIds.length > 0 ? await sightingsOf(tx, unseen.cardIds, earliest, latest) : ([] as Sighting[]);
      const refusals =
        unseen.tillIds.length > 0
          ? await refusalsAt(
              tx,
              unseen.tillIds,
              new Date(earliest.getTime() - window),
              new Date(latest.getTime() + window),
            )
          : [];
      const signals = [
        ...groups(sightings, ({ cardId }) => cardId).flatMap((each) => signalsOfCard(each, limits)),
        ...groups(refusals, ({ tillId }) => tillId).flatMap((each) => signalsOfTill(each, limits)),
      ];
      for (const signal of signals) if (await this.reviews.raise(tx, signal)) count++;
    }
    for (const source of ['validation', 'redemption'] as const)
      await tx.query('UPDATE misuse_watermark SET seen = $2 WHERE source = $1', [source, unseen.seen[source]]);
    return { more: unseen.more, count };
  }

  /** How far the search has come. Locked: of two searches at the same time the second goes on where the first ended. */
  private async watermarks(tx: Tx): Promise<Record<Source, string>> {
    await tx.query(
      `INSERT INTO misuse_watermark (source, seen) VALUES ('redemption', $1), ('validation', $1)
         ON CONFLICT ON CONSTRAINT pk_misuse_watermark DO NOTHING`,
      [idOf(new Date(this.clock.now().getTime() - firstLook))],
    );
    const rows = (await tx.query('SELECT source, seen FROM misuse_watermark ORDER BY source FOR UPDATE')) as {
      source: Source;
      seen: string;
    }[];
    return Object.fromEntries(rows.map(({ source, seen }) => [source, seen])) as Record<Source, string>;
  }
}

/** Neighbours with the same key, together. */
function groups<T>(sorted: readonly T[], keyOf: (each: T) => string): T[][] {
  const found: T[][] = [];
  for (const each of sorted) {
    const last = found.at(-1);
    if (last && keyOf(last[0]!) === keyOf(each)) last.push(each);
    else found.push([each]);
  }
  return found;
}
