import type { i18n } from 'i18next';
import { Formats, type DayOrInstant } from './formats.js';

/** Values for a sentence's placeholders; `count` also chooses the plural form. */
export type WordParams = Record<string, unknown>;

/** What the catalogues answer for a key they do not have; no sentence can be this. */
export const NO_WORDS = '\u0000';

/** What a person reads, in one language: sentences of the catalogues, dates, money and lists. */
export class Words extends Formats {
  /** Sentences without placeholders, found once: a page has dozens, and looking one up costs about 30 µs. */
  private readonly fixed = new Map<string, string>();

  constructor(
    locale: string,
    private readonly catalogues: i18n,
    private readonly missing: (key: string) => string,
  ) {
    super(locale);
  }

  /** The sentence of a key such as `applications:name.title`. Plain text: placeholders are not escaped for HTML. */
  t(key: string, params: WordParams = {}): string {
    const fixed = Object.keys(params).length === 0;
    const known = fixed ? this.fixed.get(key) : undefined;
    if (known !== undefined) return known;
    const sentence = String(this.catalogues.t(key, { ...params, lng: this.locale }));
    if (sentence === NO_WORDS) return this.missing(key);
    if (fixed) this.fixed.set(key, sentence);
    return sentence;
  }

  /** The sentences of a key that holds a list. */
  sentences(key: string, params: WordParams = {}): string[] {
    const list: unknown = this.catalogues.t(key, { ...params, lng: this.locale, returnObjects: true });
    return Array.isArray(list) ? list.map(String) : [this.missing(key)];
  }

  has(key: string): boolean {
    return this.catalogues.exists(key, { lng: this.locale });
  }

  /** The sentence when the text is a catalogue key, else the text itself. */
  keyOrText(text: string, params: WordParams = {}): string {
    return looksLikeKey(text) ? this.t(text, params) : text;
  }

  /** "21 November 2026 at 2:30pm". */
  dateTime(at: DayOrInstant): string {
    return this.t('pages:date-time', { date: this.longDate(at), time: this.clockTime(at) });
  }

  /** ISO days: [1,2,3,4] → "Monday to Thursday", [1,3,5] → "Monday, Wednesday and Friday", all → "every day". */
  dayNames(days: readonly number[]): string {
    const sorted = [...new Set(days)].sort((a, b) => a - b);
    if (sorted.length === 7) return this.t('pages:days.all');
    const runs: number[][] = [];
    for (const day of sorted) {
      const run = runs.at(-1);
      if (run && run.at(-1) === day - 1) run.push(day);
      else runs.push([day]);
    }
    const names = runs.flatMap((run) =>
      run.length > 2
        ? [this.t('pages:days.range', { from: this.dayName(run[0]!), to: this.dayName(run.at(-1)!) })]
        : run.map((day) => this.dayName(day)),
    );
    return this.list(names);
  }
}

/** Whether a text has the form `lib:path.to.key`. */
export function looksLikeKey(text: string): boolean {
  return /^[a-z][a-z0-9-]*:[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(text);
}
