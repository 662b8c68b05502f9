import { addDays, type LocalDate } from '@carers/kernel';
import { bankHolidays } from '@carers/offer-rules';

/** A day on which banks in England work: no weekend, no bank holiday. */
export function isWorkingDay(date: LocalDate): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !bankHolidays(Number(date.slice(0, 4))).includes(date);
}

/** The day that is `count` working days after another. */
export function workingDaysAfter(date: LocalDate, count: number): LocalDate {
  let day = date;
  for (let left = count; left > 0;) {
    day = addDays(day, 1);
    if (isWorkingDay(day)) left--;
  }
  return day;
}

/** The day itself where banks work, or else the next on which they do. */
export function workingDayFrom(date: LocalDate): LocalDate {
  let day = date;
  while (!isWorkingDay(day)) day = addDays(day, 1);
  return day;
}
