import { type Actor, AuditEvent } from '@carers/audit';
import type { Tx } from '@carers/database';
import { addDays, dateInLondon, Ids, type LocalDate, SeededChance, SetClock } from '@carers/kernel';

const dayInMs = 86_400_000;
const rowsAtOnce = 1_000;

/** A kind of thing, as `tx.insert` takes it. */
type Entity<Row> = new () => Row;

/**
 * The demo's own past: instants before today, ids that lie where those instants do, and the audit trail of what happened
 * then. All of it follows from the seed, so it is the same on every machine; only the days move with the calendar.
 */
export class DemoPast {
  readonly clock: SetClock;
  readonly chance: SeededChance;
  readonly ids: Ids;
  private readonly events: AuditEvent[] = [];

  constructor(
    private readonly now: Date,
    seed: string,
  ) {
    this.clock = new SetClock(now);
    this.chance = new SeededChance(`demo ${seed}`);
    this.ids = new Ids(this.clock, this.chance);
  }

  get today(): LocalDate {
    return dateInLondon(this.now);
  }

  /** Some moment between 9 in the morning and 5 in the afternoon, that many days ago; never later than now. */
  daysAgo(days: number): Date {
    const midnight = new Date(`${addDays(this.today, -days)}T00:00:00Z`).getTime();
    const at = midnight + (9 * 3_600 + this.chance.below(8 * 3_600)) * 1_000;
    return new Date(Math.min(at, this.now.getTime() - 60_000));
  }

  /** A moment up to `days` days after another, but before now. */
  after(at: Date, days: number): Date {
    const later = at.getTime() + Math.floor((days * dayInMs * (1 + this.chance.below(1_000))) / 1_000);
    return new Date(Math.min(later, this.now.getTime() - 30_000));
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + this.chance.below(to - from + 1);
  }

  /** True that many times in a hundred. */
  often(percent: number): boolean {
    return this.chance.below(100) < percent;
  }

  /** An id as it would have been made then. */
  id(at: Date): string {
    this.clock.set(at);
    return this.ids.next();
  }

  /** Notes something in the audit trail of that time. */
  note(at: Date, action: string, kind: string, id: string, actor: Actor, more: Partial<AuditEvent> = {}): void {
    this.events.push({
      id: this.id(at),
      happenedAt: at,
      actorKind: actor.kind,
      actorId: actor.id,
      actorRole: actor.role ?? null,
      action,
      subjectKind: kind,
      subjectId: id,
      reason: null,
      details: {},
      requestId: null,
      fromAddress: null,
      ...more,
    });
  }

  /** Writes the audit trail noted so far. */
  async writeEvents(tx: Tx): Promise<void> {
    await insertAll(tx, AuditEvent, this.events.splice(0));
  }
}

/** Inserts any number of rows, many in a statement. */
export async function insertAll<Row extends object>(tx: Tx, entity: Entity<Row>, rows: readonly Row[]): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    await tx.insert(entity, rows.slice(from, from + rowsAtOnce) as never);
  }
}
