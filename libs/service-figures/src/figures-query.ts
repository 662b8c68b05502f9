import type { Who } from '@carers/access';
import type { OfficerScope } from '@carers/information-service';
import { addDays, addMonths, Clock, isLocalDate, isUuid, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { flows, isFlow, isStock, type Part, parts } from './figures.js';
import type { FigureRow, RowsAsked } from './recount.js';

/** What somebody may see, and of which day. */
export interface Reader {
  asOf: LocalDate;
  /** Whose people; null for all. */
  scope: OfficerScope;
  /** Whether they may see who somebody is. */
  persons: boolean;
  /** Groups under this are hidden from them; null shows all. */
  smallest: number | null;
}

/**
 * An officer and an administrator see persons, of their own services. A commissioner sees all services and nobody: small groups
 * are hidden, and only whole months are told, for from two days one could work out who came in between.
 */
export function readerOf(
  who: Who,
  scope: OfficerScope,
  asOf: LocalDate,
  today: LocalDate,
  smallestGroup: number,
): Reader {
  if (who.hasAnyRole(['carers_service_officer', 'administrator']))
    return { asOf, scope, persons: true, smallest: null };
  return { asOf: endOfWholeMonth(asOf, today), scope: null, persons: false, smallest: smallestGroup };
}

/** The last day of the month of a day, or of the month before where that has not ended. */
function endOfWholeMonth(asOf: LocalDate, today: LocalDate): LocalDate {
  const ended = addDays(addMonths(`${asOf.slice(0, 7)}-01`, 1), -1);
  return ended < today ? ended : addDays(`${today.slice(0, 7)}-01`, -1);
}

/** Reads addresses of the figures. What makes no sense is as if it were not there. */
@Injectable()
export class FiguresQuery {
  constructor(private readonly clock: Clock) {}

  get today(): LocalDate {
    return this.clock.today();
  }

  /** The day as of which figures are asked: today unless an earlier one, of the last ten years. */
  asOf({ asOf }: Record<string, unknown>): LocalDate {
    const { today } = this;
    const asked = typeof asOf === 'string' && isLocalDate(asOf) ? asOf : today;
    return asked > today || asked < addMonths(today, -120) ? today : asked;
  }

  rows({ figure, month, by, value }: Record<string, unknown>): RowsAsked {
    const asked = typeof figure === 'string' && (isFlow(figure) || isStock(figure)) ? figure : flows[0];
    const kind = parts.find((each): each is Part => each === by);
    const whole = typeof month === 'string' && isLocalDate(month) ? `${month.slice(0, 7)}-01` : null;
    return {
      figure: asked,
      // How it stands has no month; what happens is never asked for without one.
      month: isFlow(asked) ? (whole ?? `${this.today.slice(0, 7)}-01`) : null,
      part: kind && typeof value === 'string' && /^[a-z0-9_-]{1,40}$/.test(value) ? { kind, value } : null,
    };
  }

  after({ after }: Record<string, unknown>): { at: Date; id: string } | null {
    const [time = '', id = ''] = typeof after === 'string' ? after.split('_') : [];
    const at = Date.parse(time);
    return at >= 0 && isUuid(id) ? { at: new Date(at), id } : null;
  }

  /** The address of the next page of rows. */
  next(query: Record<string, unknown>, { at, id }: Pick<FigureRow, 'at' | 'id'>): string {
    const kept = Object.entries(query).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== 'after',
    );
    return `?${new URLSearchParams([...kept, ['after', `${at.toISOString()}_${id}`]])}`;
  }
}
