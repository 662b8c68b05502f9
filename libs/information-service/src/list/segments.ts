import { type Actor, Audit } from '@carers/audit';
import { constraintOf, Database, type Tx } from '@carers/database';
import { Clock, Ids, isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { SegmentNameTaken, SegmentNotFound, SegmentWasChanged } from '../information-service.problems.js';
import type { OfficerScope } from '../officer-scope.js';
import { type Channel, channels, type Purpose, purposes } from '../purposes.js';
import { subscriberFilter, type SubscriberFilter } from './filter-fields.js';
import { named, type Where, whereOf, within } from './filter-sql.js';
import { reachMask } from './reach.js';
import { Segment } from './segment.entity.js';

/** How many people may be reached for a purpose by a channel. */
export interface Reach {
  purpose: Purpose;
  channel: Channel;
  people: number;
}

/** How many a filter finds, and how many of them said yes to what. */
export interface Found {
  people: number;
  /** Those who said yes to at least one of the purposes that the filter asks about (to any, where it asks for none). */
  byChannel: Record<Channel, number>;
  reach: Reach[];
}

/** Filters saved under a name, and how many people a filter means. */
@Injectable()
export class Segments {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /**
   * The SQL of a filter over the alias `s` of table `subscriber`, to stand in a WHERE of somebody's own. It says nothing
   * of the carers service: add `s.carers_service_id = …`. Whoever mails asks `LastDoor` besides.
   * @param first the number of its first parameter: 1 unless the caller has some before
   */
  where(filter: SubscriberFilter, first = 1): Where {
    return whereOf(filter, { today: this.clock.today(), first });
  }

  /** How many people of these services (null: of all) a filter finds, and who of them can be reached by what. */
  async count(filter: SubscriberFilter, scope: OfficerScope, name?: string): Promise<Found> {
    const { text, values } = this.countStatement(filter, scope, name);
    const groups = await this.database.query<{ bits: number; people: number }>(text, values);
    const peopleWith = (of: { purpose?: readonly Purpose[] | undefined; channel: Channel[] }) => {
      const mask = reachMask(of);
      return groups.reduce((sum, { bits, people }) => sum + (bits & mask ? people : 0), 0);
    };
    const byChannel = (channel: Channel) => peopleWith({ purpose: filter.purpose, channel: [channel] });
    return {
      people: groups.reduce((sum, { people }) => sum + people, 0),
      byChannel: { email: byChannel('email'), text: byChannel('text'), post: byChannel('post') },
      reach: purposes.flatMap((purpose) =>
        channels.map((channel) => ({
          purpose,
          channel,
          people: peopleWith({ purpose: [purpose], channel: [channel] }),
        })),
      ),
    };
  }

  /**
   * The statement behind `count`, by every combination of answers there is (64 at most): far cheaper than asking each row
   * about each. Kept apart so that a test can ask PostgreSQL how it goes about it.
   */
  countStatement(filter: SubscriberFilter, scope: OfficerScope, name?: string): { text: string; values: unknown[] } {
    const { sql, params } = named(within(this.where(filter), scope), name);
    const text = `SELECT s.reach_bits AS bits, count(*)::int AS people FROM subscriber s WHERE ${sql} GROUP BY s.reach_bits`;
    return { text, values: params };
  }

  /** The saved filters of these services (null: of all), by name; 200 at most. */
  async list(scope: OfficerScope): Promise<Segment[]> {
    return this.database.reader.find(Segment, {
      where: { deletedAt: IsNull(), ...(scope && { carersServiceId: In(scope) }) },
      order: { name: 'ASC', id: 'ASC' },
      take: 200,
    });
  }

  /** @throws SegmentNotFound also for those of other services, and those that were deleted */
  async find(id: string, scope: OfficerScope, reader = this.database.reader): Promise<Segment> {
    const segment = isUuid(id) ? await reader.findOneBy(Segment, { id, deletedAt: IsNull() }) : null;
    if (!segment || (scope !== null && !scope.includes(segment.carersServiceId))) throw new SegmentNotFound();
    // What an older program saved must mean the same to this one, or be refused.
    return Object.assign(segment, { filter: subscriberFilter.parse(segment.filter) });
  }

  /** Saves a filter under a name. @throws SegmentNameTaken */
  async save(
    segment: { carersServiceId: string; name: string; filter: SubscriberFilter },
    actor: Actor,
  ): Promise<Segment> {
    const now = this.clock.now();
    return this.changing(async (tx) => {
      const saved = tx.create(Segment, {
        id: this.ids.next(),
        ...segment,
        filter: subscriberFilter.parse(segment.filter),
        version: 1,
        createdBy: actor.id,
        createdAt: now,
        changedAt: now,
        deletedAt: null,
      });
      await tx.insert(Segment, saved);
      await this.note(tx, saved, 'saved', actor);
      return saved;
    });
  }

  /**
   * Another name or filter, if nobody changed it since it was opened.
   * @param version as it was when it was opened
   * @throws SegmentNotFound, SegmentNameTaken, SegmentWasChanged
   */
  async change(
    id: string,
    version: number,
    to: { name?: string; filter?: SubscriberFilter },
    scope: OfficerScope,
    actor: Actor,
  ): Promise<Segment> {
    return this.changing(async (tx) => {
      const segment = await this.locked(tx, id, version, scope);
      Object.assign(segment, {
        ...to,
        ...(to.filter && { filter: subscriberFilter.parse(to.filter) }),
        version: version + 1,
        changedAt: this.clock.now(),
      });
      await tx.save(segment);
      await this.note(tx, segment, 'changed', actor, { changed: Object.keys(to) });
      return segment;
    });
  }

  /** Puts it away. @throws SegmentNotFound, SegmentWasChanged */
  async remove(id: string, version: number, scope: OfficerScope, actor: Actor): Promise<void> {
    await this.changing(async (tx) => {
      const segment = await this.locked(tx, id, version, scope);
      await tx.update(Segment, { id }, { deletedAt: this.clock.now(), version: version + 1 });
      await this.note(tx, segment, 'deleted', actor);
    });
  }

  private async locked(tx: Tx, id: string, version: number, scope: OfficerScope): Promise<Segment> {
    if (isUuid(id)) await tx.query('SELECT FROM segment WHERE id = $1 FOR UPDATE', [id]);
    const segment = await this.find(id, scope, tx);
    if (segment.version !== version) throw new SegmentWasChanged();
    return segment;
  }

  private async changing<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.database.transaction(work);
    } catch (error) {
      if (constraintOf(error) === 'uq_segment__name') throw new SegmentNameTaken();
      throw error;
    }
  }

  private async note(tx: Tx, segment: Segment, what: string, actor: Actor, more: object = {}): Promise<void> {
    await this.audit.record(tx, {
      action: `segment.${what}`,
      subject: { kind: 'segment', id: segment.id },
      actor,
      details: { carersServiceId: segment.carersServiceId, version: segment.version, filter: segment.filter, ...more },
    });
  }
}
