import { whenUsed } from '@carers/kernel';
import type { CalendarFile, ComposerEvent } from './events.js';
import type { ComposerSource } from './source.js';

const generator = whenUsed<typeof import('ical-generator')>('ical-generator');

const zone = 'Europe/London';

/** The rules of London's clocks since 1996 (RFC 5545, 3.6.5): a calendar then needs no list of zones of its own. */
const zoneRules = [
  'BEGIN:VTIMEZONE',
  `TZID:${zone}`,
  'BEGIN:DAYLIGHT',
  'TZNAME:BST',
  'TZOFFSETFROM:+0000',
  'TZOFFSETTO:+0100',
  'DTSTART:19960331T010000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'TZNAME:GMT',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0000',
  'DTSTART:19961027T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'END:VTIMEZONE',
].join('\r\n');

/**
 * The calendar file of one event. Its UID does not change with the text, so opening it again changes the entry
 * instead of making a second; nothing in it is of the person who gets it.
 */
export function calendarOf(
  event: ComposerEvent,
  source: Pick<ComposerSource, 'id' | 'writtenAt' | 'publicUrl' | 'pageUrl'>,
): CalendarFile {
  const calendar = generator().default({
    prodId: { company: 'carers-card', product: 'bulletin', language: 'EN' },
    // Not the calendar's own: stamps would then be written in London time, without saying so.
    timezone: { name: null, generator: () => zoneRules },
  });
  calendar.createEvent({
    id: `${source.id}-${event.number}@${new URL(source.publicUrl).hostname}`,
    stamp: source.writtenAt,
    timezone: zone,
    start: new WallTime(event.date, event.from),
    end: event.to ? new WallTime(event.date, event.to) : new WallTime(event.date, event.from, 60),
    summary: event.title,
    location: event.place,
    description: [event.about, event.book, event.cost].filter(Boolean).join('\n') || undefined,
    url: source.pageUrl ?? undefined,
  });
  return { name: `event-${event.number}.ics`, bytes: Buffer.from(calendar.toString()) };
}

/**
 * What a clock in London shows, in the form that ical-generator takes from Temporal, which this Node has not yet. A
 * `Date` would be read by the clock of the machine.
 */
class WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second = 0;

  constructor(date: string, time: string, minutesLater = 0) {
    const at = new Date(Date.parse(`${date}T${time}:00Z`) + minutesLater * 60_000);
    this.year = at.getUTCFullYear();
    this.month = at.getUTCMonth() + 1;
    this.day = at.getUTCDate();
    this.hour = at.getUTCHours();
    this.minute = at.getUTCMinutes();
  }

  toPlainDate() {
    return this;
  }

  toZonedDateTime(timeZone: string) {
    const { year, month, day, hour, minute, second } = this;
    const zoned = {
      ...{ year, month, day, hour, minute, second, timeZoneId: timeZone },
      toPlainDateTime: () => this,
      withTimeZone: () => zoned,
      toInstant: () => ({ epochMilliseconds: Date.UTC(year, month - 1, day, hour, minute) }),
      toJSON: () => this.toJSON(),
      toString: () => this.toJSON(),
    };
    return zoned;
  }

  toJSON(): string {
    return new Date(Date.UTC(this.year, this.month - 1, this.day, this.hour, this.minute)).toISOString().slice(0, 16);
  }

  toString(): string {
    return this.toJSON();
  }
}
