import { Database } from '@carers/database';
import { addMonths, dateInLondon, Clock, type LocalDate } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import type { Referrer } from '../referrer.entity.js';

/** What came by a referrer's code in one month (of London). People are counted, never named. */
export interface ReferrerMonth {
  /** Its first day. */
  month: LocalDate;
  /** Forms on pads that were printed. Not people. */
  forms: number;
  /** Carers who were handed over, by form or page. */
  handedOver: number;
  /** Carers who signed up for the carers service with the code, with or without a card. */
  signUps: number;
  /** Cards that were issued to applications with the code. */
  cards: number;
}

/** The same as its referrer may know it: null stands for fewer people than the scheme tells of, none included. */
export type ToldMonth = { month: LocalDate; forms: number } & Record<'handedOver' | 'signUps' | 'cards', number | null>;

/** What a referrer may know of all its months together: rounded down, so that two letters do not give away a small month. */
export type ToldSum = Record<'handedOver' | 'signUps' | 'cards', number | null>;

const people = ['handedOver', 'signUps', 'cards'] as const;

/** What came of a referrer's work, by month. Every number is counted anew from what happened. */
@Injectable()
export class ReferrerFigures {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schemes: SchemeService,
  ) {}

  /** For the staff: exact numbers, the newest month first. @param until the last month, by any of its days */
  async exact(
    referrer: Pick<Referrer, 'id' | 'code'>,
    months = 12,
    until = this.clock.today(),
  ): Promise<ReferrerMonth[]> {
    const last = `${until.slice(0, 7)}-01`;
    return this.database.query<ReferrerMonth & Record<string, unknown>>(
      `WITH month AS (
         SELECT first, (first + interval '1 month')::date AS next,
                first::timestamp AT TIME ZONE 'Europe/London' AS from_at,
                (first + interval '1 month')::timestamp AT TIME ZONE 'Europe/London' AS to_at
           FROM (SELECT day::date AS first FROM generate_series($3::date, $4::date, interval '1 month') day) days)
       SELECT first::text AS month,
         (SELECT coalesce(sum(print.forms), 0)::integer FROM referrer_print print
           WHERE print.referrer_id = $1 AND print.printed_at >= from_at AND print.printed_at < to_at) AS forms,
         (SELECT count(*)::integer FROM hand_over
           WHERE referrer_id = $1 AND received_at >= from_at AND received_at < to_at) AS "handedOver",
         (SELECT count(*)::integer FROM subscriber
           WHERE source_kind = 'referrer' AND upper(source_code) = $2
             AND registered_at >= from_at AND registered_at < to_at) AS "signUps",
         (SELECT count(*)::integer FROM application
           WHERE upper(referrer_code) = $2 AND referrer_code IS NOT NULL AND card_id IS NOT NULL
             AND decided_at >= from_at AND decided_at < to_at) AS cards
         FROM month ORDER BY first DESC`,
      [referrer.id, referrer.code, addMonths(last, 1 - months), last],
    );
  }

  /** For the referrer: whole months only, the newest first, none before it was made. */
  async told(referrer: Referrer, months = 12): Promise<{ months: ToldMonth[]; sum: ToldSum; smallest: number }> {
    const { smallestGroup } = (await this.schemes.policyOn()).figures;
    const lastMonth = addMonths(this.clock.today(), -1);
    const first = dateInLondon(referrer.madeAt).slice(0, 7);
    const since = Math.max(monthsBetween(first, lastMonth.slice(0, 7)) + 1, 0);
    const all = since === 0 ? [] : await this.exact(referrer, since, lastMonth);
    return {
      months: all.slice(0, months).map((month) => toldOf(month, smallestGroup)),
      sum: sumOf(all, smallestGroup),
      smallest: smallestGroup,
    };
  }
}

/** A month without what would tell of few people. None is hidden too: it says of each who was given a form that they did not sign up. */
export function toldOf({ month, forms, ...counts }: ReferrerMonth, smallest: number): ToldMonth {
  const shown = people.map((what) => [what, counts[what] < smallest ? null : counts[what]] as const);
  return { month, forms, ...(Object.fromEntries(shown) as ToldSum) };
}

/** "At least so many so far", in steps of the smallest group. */
export function sumOf(months: readonly ReferrerMonth[], smallest: number): ToldSum {
  const sums = people.map((what) => {
    const sum = months.reduce((total, month) => total + month[what], 0);
    return [what, sum < smallest ? null : sum - (sum % smallest)] as const;
  });
  return Object.fromEntries(sums) as ToldSum;
}

/** From `YYYY-MM` to `YYYY-MM`. */
function monthsBetween(from: string, to: string): number {
  const [fromYear, fromMonth] = from.split('-').map(Number);
  const [toYear, toMonth] = to.split('-').map(Number);
  return (toYear! - fromYear!) * 12 + toMonth! - fromMonth!;
}
