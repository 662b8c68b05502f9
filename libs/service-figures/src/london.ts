import { addDays, addMonths, type LocalDate } from '@carers/kernel';

/** The instant at which a day ends in London, as PostgreSQL reads it. */
export function endOf(day: LocalDate): string {
  return `${addDays(day, 1)} 00:00:00 Europe/London`;
}

/** The last day of the month of a day. */
export function endOfMonth(day: LocalDate): LocalDate {
  return addDays(addMonths(`${day.slice(0, 7)}-01`, 1), -1);
}

/** In which month an instant is in London, as a timestamp: the SQL for an expression of one. */
export function monthOf(at: string): string {
  return `date_trunc('month', ${at} AT TIME ZONE 'Europe/London')`;
}
