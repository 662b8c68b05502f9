import { isLocalDate, localDate, type LocalDate } from '@carers/kernel';
import type { Remark } from './faults.js';

/** Something to go to. Times are those of a clock in London, `HH:MM`. */
export interface ComposerEvent {
  /** Order in the text, from 1. */
  number: number;
  title: string;
  date: LocalDate;
  from: string;
  /** Without one a calendar shows an hour, and nothing is said of the end. */
  to: string | null;
  place: string;
  /** How to book, or null where nobody need. */
  book: string | null;
  cost: string | null;
  about: string | null;
}

/** A file for calendars (RFC 5545). */
export interface CalendarFile {
  name: string;
  bytes: Buffer;
}

const keys = ['title', 'date', 'from', 'to', 'place', 'book', 'cost', 'about'] as const;
type Key = (typeof keys)[number];
const months = 'january february march april may june july august september october november december'.split(' ');
const longest = 300;

/**
 * Reads an event from lines of `key: value`, written as people write dates and times ("5 December 2026", "10:30am").
 * @param line where its first line stands, for faults
 */
export function readEvent(text: string, number: number, line: number): { event: ComposerEvent } | { faults: Remark[] } {
  const faults: Remark[] = [];
  const told = new Map<Key, { value: string; line: number }>();
  for (const [index, each] of text.split('\n').entries()) {
    if (!each.trim()) continue;
    const [, key = '', value = ''] = /^\s*([\p{L} ]+?)\s*:\s*(.*?)\s*$/u.exec(each) ?? [];
    const known = keys.find((name) => name === key.toLowerCase());
    const at = line + index;
    if (!known)
      faults.push({ line: at, key: 'composer:faults.event-line', params: { typed: each.trim().slice(0, 60) } });
    else if (value.length > longest)
      faults.push({ line: at, key: 'composer:faults.event-too-long', params: { max: longest } });
    else if (value) told.set(known, { value, line: at });
  }
  const lineOf = (key: Key) => told.get(key)?.line ?? line;
  for (const key of ['title', 'date', 'from', 'place'] as const)
    if (!told.has(key)) faults.push({ line, key: `composer:faults.event-${key}-missing` });
  const date = told.has('date') ? readDate(told.get('date')!.value) : null;
  if (told.has('date') && !date) faults.push({ line: lineOf('date'), key: 'composer:faults.event-date' });
  const [from, to] = (['from', 'to'] as const).map((key) => {
    if (!told.has(key)) return null;
    const time = readTime(told.get(key)!.value);
    if (!time) faults.push({ line: lineOf(key), key: 'composer:faults.event-time' });
    return time;
  });
  if (from && to && to <= from) faults.push({ line: lineOf('to'), key: 'composer:faults.event-order' });
  if (faults.length > 0) return { faults };
  const given = (key: Key) => told.get(key)?.value ?? null;
  return {
    event: {
      number,
      title: given('title')!,
      date: date!,
      from: from!,
      to: to ?? null,
      place: given('place')!,
      book: given('book'),
      cost: given('cost'),
      about: given('about'),
    },
  };
}

/** "5 December 2026", "Saturday 5th December 2026", "5/12/2026" or "2026-12-05"; null for what is no day. */
export function readDate(typed: string): LocalDate | null {
  const iso = /^\d{4}-\d{2}-\d{2}$/.test(typed);
  if (iso) return isLocalDate(typed) ? typed : null;
  const words = /^(?:\p{L}+,?\s+)?(\d{1,2})(?:st|nd|rd|th)?\s+(\p{L}+)\s+(\d{4})$/u.exec(typed.trim());
  const figures = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(typed.trim());
  const [, day, month, year] = words ?? figures ?? [];
  if (!day || !month || !year) return null;
  const named = months.findIndex((name) => month.length >= 3 && name.startsWith(month.toLowerCase()));
  const number = words ? named + 1 : Number(month);
  const date = `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isLocalDate(date) ? localDate(Number(year), number, Number(day)) : null;
}

/** "10:30am", "2pm", "14:30", "noon": as `HH:MM`; null for what is no time. */
export function readTime(typed: string): string | null {
  const text = typed.toLowerCase().replace(/\s+/g, '');
  if (text === 'noon' || text === '12noon' || text === 'midday') return '12:00';
  const [, hours, minutes = '00', half] = /^(\d{1,2})(?:[:.](\d{2}))?(am|pm)?$/.exec(text) ?? [];
  if (!hours || (!half && !/[:.]/.test(text))) return null;
  let hour = Number(hours);
  if (half && (hour < 1 || hour > 12)) return null;
  if (half) hour = (hour % 12) + (half === 'pm' ? 12 : 0);
  if (hour > 23 || Number(minutes) > 59) return null;
  return `${String(hour).padStart(2, '0')}:${minutes}`;
}
