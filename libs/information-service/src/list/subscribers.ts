import { Database } from '@carers/database';
import { isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { SubscriberNotFound } from '../information-service.problems.js';
import { covers, type OfficerScope } from '../officer-scope.js';
import type { Channel, Purpose, SourceKind } from '../purposes.js';
import { Subscriber } from '../subscriber.entity.js';
import { conditionOf, type SubscriberFilter } from './subscriber-filter.js';

/** One line of the officer's list. */
export interface SubscriberLine {
  id: string;
  cardholderId: string;
  firstName: string;
  lastName: string;
  regionId: string;
  sourceKind: SourceKind;
  sourceCode: string | null;
  registeredAt: Date;
  leftAt: Date | null;
  /** What they get, as `carers_information email`. */
  active: string[];
}

/** How many people may be reached for a purpose by a channel. */
export interface Reach {
  purpose: Purpose;
  channel: Channel;
  people: number;
}

/** Sign-ups of one month (`YYYY-MM`, London) from one kind of source. */
export interface MonthOfSource {
  month: string;
  source: SourceKind;
  people: number;
}

/** The list that a carers service works with. Reads only, and only what somebody may see. */
@Injectable()
export class Subscribers {
  constructor(private readonly database: Database) {}

  /**
   * One page of the list, newest first.
   * @param after where the page before ended, as its `next`; a text that is none gives the first page
   */
  async list(
    filter: SubscriberFilter,
    scope: OfficerScope,
    after: string | undefined,
    size = 50,
  ): Promise<{ lines: SubscriberLine[]; next: string | null }> {
    const condition = conditionOf(filter, scope);
    const from = positionOf(after);
    const count = condition.values.length;
    const beyond = from ? `AND (s.registered_at, s.id) < ($${count + 1}, $${count + 2}::uuid)` : '';
    const lines = await this.database.query<SubscriberLine & Record<string, unknown>>(
      `SELECT s.id, s.cardholder_id AS "cardholderId", c.first_name AS "firstName", c.last_name AS "lastName",
              s.region_id AS "regionId", s.source_kind AS "sourceKind", s.source_code AS "sourceCode",
              s.registered_at AS "registeredAt", s.left_at AS "leftAt",
              ARRAY(SELECT sub.purpose || ' ' || sub.channel FROM subscription sub
                     WHERE sub.subscriber_id = s.id AND sub.active ORDER BY 1) AS active
         FROM subscriber s JOIN cardholder c ON c.id = s.cardholder_id
        WHERE ${condition.sql} ${beyond}
        ORDER BY s.registered_at DESC, s.id DESC LIMIT ${size + 1}`,
      [...condition.values, ...(from ?? [])],
    );
    const last = lines.length > size ? lines[size - 1]! : null;
    return { lines: lines.slice(0, size), next: last && `${last.registeredAt.toISOString()}_${last.id}` };
  }

  /** How many the filter finds. */
  async count(filter: SubscriberFilter, scope: OfficerScope): Promise<number> {
    const { sql, values } = conditionOf(filter, scope);
    // Names stand with the cardholder; without one sought, counting need not look there.
    const names = filter.name ? 'JOIN cardholder c ON c.id = s.cardholder_id' : '';
    const [row] = await this.database.query<{ people: number }>(
      `SELECT count(*) AS people FROM subscriber s ${names} WHERE ${sql}`,
      values,
    );
    return row!.people;
  }

  /** Who may be reached by what, of everybody on the list. */
  async reach(scope: OfficerScope): Promise<Reach[]> {
    const { sql, values } = conditionOf({ standing: 'on' }, scope);
    return this.database.query<Reach & Record<string, unknown>>(
      `SELECT sub.purpose, sub.channel, count(*) AS people
         FROM subscriber s JOIN subscription sub ON sub.subscriber_id = s.id AND sub.active
        WHERE ${sql} GROUP BY 1, 2`,
      values,
    );
  }

  /** Sign-ups by source since a month began, newest month first. @param since first day, `YYYY-MM-01` */
  async signUps(scope: OfficerScope, since: string): Promise<MonthOfSource[]> {
    const { sql, values } = conditionOf({ standing: 'all', since }, scope);
    return this.database.query<MonthOfSource & Record<string, unknown>>(
      `SELECT to_char(s.registered_at AT TIME ZONE 'Europe/London', 'YYYY-MM') AS month, s.source_kind AS source,
              count(*) AS people
         FROM subscriber s WHERE ${sql} GROUP BY 1, 2 ORDER BY 1 DESC, 2`,
      values,
    );
  }

  /** One person of the list. @throws SubscriberNotFound also for people that somebody may not see */
  async one(id: string, scope: OfficerScope): Promise<Subscriber> {
    const subscriber = isUuid(id) ? await this.database.reader.findOneBy(Subscriber, { id }) : null;
    if (!subscriber || !covers(scope, subscriber)) throw new SubscriberNotFound();
    return subscriber;
  }
}

function positionOf(after: string | undefined): [Date, string] | null {
  const [time = '', id = ''] = (after ?? '').split('_');
  const at = Date.parse(time);
  // Nobody registered before 1970, and years before the common era are none that PostgreSQL reads from us.
  return !(at >= 0) || !isUuid(id) ? null : [new Date(at), id];
}
