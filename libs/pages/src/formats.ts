const ZONE = 'Europe/London';

/** A calendar day `YYYY-MM-DD`, or an instant. */
export type DayOrInstant = string | Date;

/**
 * Dates, times, money, numbers and lists in the manner of one language. Always the Gregorian calendar, Latin digits
 * and London time: a card's date has to be readable in a shop whatever language the page is in.
 */
export class Formats {
  private readonly tag: string;
  private readonly english: boolean;

  constructor(readonly locale: string) {
    // The pseudo-locale has no rules of its own; it is English in disguise.
    const real = locale === 'en-XA' ? 'en-GB' : locale;
    this.english = real.startsWith('en');
    this.tag = `${real}-u-ca-gregory-nu-latn`;
  }

  /** Whole pence as pounds: 450 → "£4.50", 500 → "£5.00", 145000 → "£1,450.00". */
  pence(pence: number): string {
    return this.cached('money', () => new Intl.NumberFormat(this.tag, { style: 'currency', currency: 'GBP' })).format(
      pence / 100,
    );
  }

  /** "21 November 2026". */
  longDate(day: DayOrInstant): string {
    return this.format({ day: 'numeric', month: 'long', year: 'numeric' }, day);
  }

  /** "Saturday 21 November 2026": for something a person must turn up for. */
  weekdayDate(day: DayOrInstant): string {
    return this.format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }, day).replace(',', '');
  }

  /** "Nov 2026": for a card's face, where room is short. */
  monthYear(day: DayOrInstant): string {
    return this.format({ month: 'short', year: 'numeric' }, day);
  }

  /** "Nov": for the axis of a chart. */
  monthName(day: DayOrInstant): string {
    return this.format({ month: 'short' }, day);
  }

  /**
   * "2:30pm" or "2pm", of an instant or of a wall-clock time `HH:MM`. Hours that somebody set are "12 noon" and "midnight", for
   * nobody is sure which of them 12pm is.
   */
  clockTime(time: DayOrInstant): string {
    const wall = typeof time === 'string' && /^\d{2}:\d{2}/.test(time);
    const at = wall ? new Date(`1970-01-01T${time.slice(0, 5)}:00Z`) : instant(time);
    const zone = wall ? 'UTC' : ZONE;
    if (!this.english) return this.dates({ hour: '2-digit', minute: '2-digit', timeZone: zone }).format(at);
    if (wall && time.startsWith('12:00')) return '12 noon';
    if (wall && time.startsWith('00:00')) return 'midnight';
    const parts = this.dates({ hour: 'numeric', minute: '2-digit', hour12: true, timeZone: zone }).formatToParts(at);
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
    const minute = part('minute') === '00' ? '' : `:${part('minute')}`;
    // ICU gives hour 0 for noon with some patterns; people say 12.
    const hour = part('hour') === '0' ? '12' : part('hour');
    return `${hour}${minute}${part('dayPeriod')
      .toLowerCase()
      .replace(/[^a-z]/g, '')}`;
  }

  number(value: number): string {
    return this.cached('number', () => new Intl.NumberFormat(this.tag)).format(value);
  }

  /** 0.125 → "12.5%". */
  percent(share: number): string {
    return this.cached(
      'percent',
      () => new Intl.NumberFormat(this.tag, { style: 'percent', maximumFractionDigits: 1 }),
    ).format(share);
  }

  /** "bread, milk and tea" or, with `or`, "bread, milk or tea". */
  list(items: readonly string[], joiner: 'and' | 'or' = 'and'): string {
    const type = joiner === 'and' ? 'conjunction' : 'disjunction';
    return this.cached(type, () => new Intl.ListFormat(this.tag, { type, style: 'long' })).format(items);
  }

  /** The name of an ISO day, 1 = Monday to 7 = Sunday. */
  dayName(day: number): string {
    // 1 January 2024 was a Monday.
    return this.dates({ weekday: 'long', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, day)));
  }

  private format(options: Intl.DateTimeFormatOptions, day: DayOrInstant): string {
    const calendarDay = typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day);
    return this.dates({ ...options, timeZone: calendarDay ? 'UTC' : ZONE }).format(instant(day));
  }

  private readonly made = new Map<string, unknown>();

  private dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    return this.cached(JSON.stringify(options), () => new Intl.DateTimeFormat(this.tag, options));
  }

  /** Intl objects cost about 50 µs to make and nothing to use again. */
  private cached<T>(key: string, make: () => T): T {
    let found = this.made.get(key) as T | undefined;
    if (!found) this.made.set(key, (found = make()));
    return found;
  }
}

function instant(value: DayOrInstant): Date {
  const at = typeof value === 'string' ? new Date(value) : value;
  if (Number.isNaN(at.getTime())) throw new RangeError(`Not a date: ${String(value)}`);
  return at;
}
