import { Database } from '@carers/database';
import { Clock, isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { SubscriberNotFound } from '../information-service.problems.js';
import { covers, type OfficerScope } from '../officer-scope.js';
import type { SourceKind } from '../purposes.js';
import { Subscriber } from '../subscriber.entity.js';
import type { SubscriberFilter } from './filter-fields.js';
import { named, whereOf, within } from './filter-sql.js';

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
  pausedUntil: string | null;
  locale: string;
  format: string;
  topics: string[];
  caringRoles: string[];
  ageBand: string | null;
  /** What they get, as `carers_information email`. */
  reach: string[];
}

/** Sign-ups of one month (`YYYY-MM`, London) from one kind of source. */
export interface MonthOfSource {
  month: string;
  source: SourceKind;
  people: number;
}

/** Whom somebody looks for: a filter, and part of a name. */
export interface Sought {
  filter: SubscriberFilter;
  name?: string;
}

/** Where a page of the list begins. */
export interface PagePlace {
  /** Where the page before ended, as its `next`; a text that is none gives the first page. */
  after?: string;
  size?: number;
}

/** The list that a carers service works with. Reads only, and only what somebody may see. */
@Injectable()
export class Subscribers {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** One page of the list, newest first. */
  async list(
    sought: Sought,
    scope: OfficerScope,
    { after, size = 50 }: PagePlace = {},
  ): Promise<{ lines: SubscriberLine[]; next: string | null }> {
    const { text, values } = this.pageStatement(sought, scope, { after, size });
    const lines = await this.database.query<SubscriberLine & Record<string, unknown>>(text, values);
    const last = lines.length > size ? lines[size - 1]! : null;
    return { lines: lines.slice(0, size), next: last && `${last.registeredAt.toISOString()}_${last.id}` };
  }

  /**
   * The statement behind `list`. Inside, a page of ids is found in a covering index alone; only its rows are then read.
   * Kept apart so that a test can ask PostgreSQL how it goes about it.
   */
  pageStatement(
    { filter, name }: Sought,
    scope: OfficerScope,
    { after, size = 50 }: PagePlace,
  ): { text: string; values: unknown[] } {
    const where = named(within(whereOf(filter, { today: this.clock.today() }), scope), name);
    const from = positionOf(after);
    const count = where.params.length;
    const beyond = from ? `AND (s.registered_at, s.id) < ($${count + 1}, $${count + 2}::uuid)` : '';
    return {
      text: `SELECT s.id, s.cardholder_id AS "cardholderId", c.first_name AS "firstName", c.last_name AS "lastName",
              s.region_id AS "regionId", s.source_kind AS "sourceKind", s.source_code AS "sourceCode",
              s.registered_at AS "registeredAt", s.left_at AS "leftAt", s.paused_until AS "pausedUntil",
              s.locale, s.format, s.topics, s.caring_roles AS "caringRoles", s.age_band AS "ageBand", s.reach
         FROM (SELECT s.id, s.registered_at FROM subscriber s WHERE ${where.sql} ${beyond}
                ORDER BY s.registered_at DESC, s.id DESC LIMIT ${size + 1}) page
         JOIN subscriber s ON s.id = page.id JOIN cardholder c ON c.id = s.cardholder_id
        ORDER BY page.registered_at DESC, page.id DESC`,
      values: [...where.params, ...(from ?? [])],
    };
  }

  /** Sign-ups by source since a month began, newest month first. @param since first day, `YYYY-MM-01` */
  async signUps(scope: OfficerScope, since: string): Promise<MonthOfSource[]> {
    const { sql, params } = within(whereOf({ standing: 'all', since }, { today: this.clock.today() }), scope);
    return this.database.query<MonthOfSource & Record<string, unknown>>(
      `SELECT to_char(s.registered_at AT TIME ZONE 'Europe/London', 'YYYY-MM') AS month, s.source_kind AS source,
              count(*)::int AS people
         FROM subscriber s WHERE ${sql} GROUP BY 1, 2 ORDER BY 1 DESC, 2`,
      params,
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
