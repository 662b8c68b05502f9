import type { LocalDate } from '@carers/kernel';

/** "20" → 20; null for anything that is not a whole number of at most seven digits. */
export function readWhole(typed: string): number | null {
  return /^\d{1,7}$/.test(typed.trim()) ? Number(typed) : null;
}

/** "£4.50", "4.5", "1,200" or "50p" in pence; null when it is no amount. */
export function readMoney(typed: string): number | null {
  const text = typed.replace(/[\s,]/g, '').toLowerCase();
  const pence = /^(\d{1,2})p$/.exec(text);
  if (pence) return Number(pence[1]);
  const pounds = /^£?(\d{1,6})(?:\.(\d{1,2}))?$/.exec(text);
  return pounds ? Number(pounds[1]) * 100 + Number((pounds[2] ?? '').padEnd(2, '0')) : null;
}

/** "2:30pm", "2.30 pm", "14:30", "9am", "noon" or "midnight" as `HH:MM`; null when it is no time. */
export function readTime(typed: string): string | null {
  const text = typed.toLowerCase().replace(/\s/g, '');
  if (text === 'noon' || text === 'midday') return '12:00';
  if (text === 'midnight') return '00:00';
  const parts = /^(\d{1,2})(?:[:.](\d{2}))?(am|pm)?$/.exec(text);
  if (!parts || (parts[2] === undefined && parts[3] === undefined)) return null;
  const [hour, minute, half] = [Number(parts[1]), Number(parts[2] ?? 0), parts[3]];
  if (minute > 59 || hour > 23 || (half && (hour < 1 || hour > 12))) return null;
  const clock = half ? (hour % 12) + (half === 'pm' ? 12 : 0) : hour;
  return `${String(clock).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** 450 → "4.50", 500 → "5". */
export function formMoney(pence: number | undefined): string | undefined {
  if (pence === undefined) return undefined;
  return pence % 100 ? (pence / 100).toFixed(2) : String(pence / 100);
}

/** "14:30" → "2:30pm". */
export function formTime(time: string): string {
  const hour = Number(time.slice(0, 2));
  const minute = time.slice(3);
  return `${hour % 12 || 12}${minute === '00' ? '' : `:${minute}`}${hour < 12 ? 'am' : 'pm'}`;
}

/** The three boxes of a date. */
export function formDate(date: LocalDate | undefined): { day: string; month: string; year: string } | undefined {
  if (!date) return undefined;
  const [year = '', month = '', day = ''] = date.split('-');
  return { day: String(Number(day)), month: String(Number(month)), year };
}
