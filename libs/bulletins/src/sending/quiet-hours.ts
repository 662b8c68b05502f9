import { addDays, Clock, dateInLondon, type LocalDate } from '@carers/kernel';
import { bankHolidays } from '@carers/offer-rules';
import { type Policy, SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';

type Hours = Policy['bulletins']['quietHours'];

/** When nobody is sent a text: at night, and by the scheme's policy on Sundays and bank holidays. London's time. */
@Injectable()
export class QuietHours {
  constructor(
    private readonly schemes: SchemeService,
    private readonly clock: Clock,
  ) {}

  /** When texts may go again; null where they may now. */
  async endsAt(): Promise<Date | null> {
    const { quietHours } = (await this.schemes.policyOn()).bulletins;
    return endOfQuiet(this.clock.now(), quietHours);
  }
}

/** The first moment from which texts may be sent; null where that is now. */
export function endOfQuiet(now: Date, hours: Hours): Date | null {
  const today = dateInLondon(now);
  const time = timeInLondon(now);
  if (maySend(today, hours) && time >= hours.until && time < hours.from) return null;
  let day = time < hours.until ? today : addDays(today, 1);
  while (!maySend(day, hours)) day = addDays(day, 1);
  return instantOf(day, hours.until);
}

function maySend(day: LocalDate, hours: Hours): boolean {
  if (hours.sundays && new Date(`${day}T12:00:00Z`).getUTCDay() === 0) return false;
  return !(hours.bankHolidays && bankHolidays(Number(day.slice(0, 4))).includes(day));
}

const clockInLondon = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** As `07:30`. */
export function timeInLondon(instant: Date): string {
  return clockInLondon.format(instant);
}

/** The moment at which it is this time on this day in London; in the hour that spring skips, the one after it. */
export function instantOf(day: LocalDate, time: string): Date {
  const asUtc = new Date(`${day}T${time}:00Z`);
  // London is at UTC or an hour before it.
  const summer = new Date(asUtc.getTime() - 3_600_000);
  return timeInLondon(summer) === time && dateInLondon(summer) === day ? summer : asUtc;
}
