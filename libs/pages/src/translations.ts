import { Logger } from '@nestjs/common';
import { projectRoot } from '@carers/kernel';
import { createInstance, type i18n } from 'i18next';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Formats } from './formats.js';
import { NowAndThen } from './now-and-then.js';
import { pseudo, PSEUDO_LOCALE } from './pseudo-locale.js';
import { NO_WORDS, Words } from './words.js';

export type Catalogue = { [key: string]: string | Catalogue };

export const FALLBACK_LOCALE = 'en-GB';
const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'ur', 'he', 'ps', 'ckb', 'sd']);

/** The direction in which a language is written, for `dir` on `<html>`. */
export function dirOf(locale: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(locale.split('-')[0]!) ? 'rtl' : 'ltr';
}

export interface TranslationsOptions {
  /** Throw when a key has no words (tests). Otherwise it is logged once and the key itself is shown. */
  strict?: boolean;
  /** Read changed catalogues again (development). */
  watch?: boolean;
  /** Folder that holds the libs; the project's own unless a test says otherwise. */
  libs?: string;
}

/**
 * Every sentence of the product. Catalogues are `libs/<lib>/locales/<locale>.json`; the namespace is the lib's name.
 */
export class Translations {
  private readonly log = new Logger(Translations.name);
  private readonly libs: string;
  private readonly reported = new Set<string>();
  private instance: i18n;
  private words = new Map<string, Words>();
  private stamp = '';
  private readonly look = new NowAndThen();
  /** Words that came in while running, by namespace and language. */
  private readonly added: { namespace: string; catalogues: Readonly<Record<string, Catalogue>> }[] = [];

  constructor(private readonly options: TranslationsOptions = {}) {
    this.libs = options.libs ?? join(projectRoot, 'libs');
    this.instance = this.load();
  }

  /** Languages with a catalogue. The pseudo-locale is not one of them. */
  get locales(): string[] {
    return Object.keys(this.instance.options.resources ?? {}).filter((locale) => locale !== PSEUDO_LOCALE);
  }

  /** Whether pages can be shown in this language. */
  speaks(locale: string): boolean {
    return locale === PSEUDO_LOCALE || this.locales.includes(locale);
  }

  /** Words, dates and money in one language; an unknown one falls back to British English. */
  in(locale: string): Words {
    if (this.options.watch && this.look.due() && this.stampOfFiles() !== this.stamp) this.instance = this.load();
    const known = this.speaks(locale) ? locale : FALLBACK_LOCALE;
    if (known === PSEUDO_LOCALE) this.makePseudo();
    let words = this.words.get(known);
    if (!words) this.words.set(known, (words = new Words(known, this.instance, (key) => this.missing(key))));
    return words;
  }

  /**
   * Adds words that are data and not part of a lib: to what the namespace has already, in the languages there are.
   * A line that is there is replaced.
   */
  add(namespace: string, catalogues: Readonly<Record<string, Catalogue>>): void {
    this.added.push({ namespace, catalogues });
    this.put(this.instance, namespace, catalogues);
    this.words = new Map();
  }

  /** The lib whose catalogue has words for this problem, if one has. */
  roomOfProblem(slug: string): string | null {
    if (!/^[a-z][a-z0-9-]{0,80}$/.test(slug)) return null;
    const rooms = (this.instance.options.resources?.[FALLBACK_LOCALE] ?? {}) as Record<string, Catalogue>;
    const found = Object.entries(rooms).find(([, words]) => {
      const problems = words['problems'];
      return typeof problems === 'object' && Object.hasOwn(problems, slug);
    });
    return found?.[0] ?? null;
  }

  private load(): i18n {
    const resources: Record<string, Record<string, Catalogue>> = {};
    for (const { lib, locale, path } of this.files()) {
      (resources[locale] ??= {})[lib] = readCatalogue(path);
    }
    this.stamp = this.stampOfFiles();
    this.words = new Map();
    const instance = createInstance();
    void instance.init({
      resources,
      initAsync: false,
      lng: FALLBACK_LOCALE,
      fallbackLng: FALLBACK_LOCALE,
      defaultNS: false as unknown as string,
      returnNull: false,
      // Escaping belongs to whoever puts the words into HTML: the `t` helper, not the catalogue.
      interpolation: { escapeValue: false, skipOnVariables: true },
      parseMissingKeyHandler: () => NO_WORDS,
      showSupportNotice: false,
    } as Parameters<i18n['init']>[0]);
    addFormats(instance);
    for (const { namespace, catalogues } of this.added) this.put(instance, namespace, catalogues);
    return instance;
  }

  private put(instance: i18n, namespace: string, catalogues: Readonly<Record<string, Catalogue>>): void {
    const spoken = Object.keys(instance.options.resources ?? {});
    for (const [locale, words] of Object.entries(catalogues)) {
      if (spoken.includes(locale)) instance.addResourceBundle(locale, namespace, words, true, true);
      if (locale === FALLBACK_LOCALE && instance.getDataByLanguage(PSEUDO_LOCALE))
        instance.addResourceBundle(PSEUDO_LOCALE, namespace, mapStrings(words, pseudo), true, true);
    }
  }

  /** The pseudo-locale is made when somebody asks for it: nobody but tests does, and it is all words once more. */
  private makePseudo(): void {
    if (this.instance.getDataByLanguage(PSEUDO_LOCALE)) return;
    for (const [namespace, words] of Object.entries(this.instance.getDataByLanguage(FALLBACK_LOCALE) ?? {}))
      this.instance.addResourceBundle(PSEUDO_LOCALE, namespace, mapStrings(words, pseudo));
  }

  private missing(key: string): string {
    const sentence = `No words for "${key}" in any catalogue`;
    if (this.options.strict) throw new Error(sentence);
    if (!this.reported.has(key)) this.log.warn(sentence);
    this.reported.add(key);
    return key;
  }

  private files(): { lib: string; locale: string; path: string }[] {
    return readdirSync(this.libs, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name: lib }) => {
        const folder = join(this.libs, lib, 'locales');
        let names: string[] = [];
        try {
          names = readdirSync(folder).filter((name) => name.endsWith('.json'));
        } catch {
          // A lib without words of its own.
        }
        return names.map((name) => ({ lib, locale: name.slice(0, -5), path: join(folder, name) }));
      });
  }

  private stampOfFiles(): string {
    return this.files()
      .map(({ path }) => `${path}:${statSync(path).mtimeMs}`)
      .join();
  }
}

/** What a sentence may ask for: `{{amount, pence}}`, `{{on, longDate}}`, `{{from, clockTime}}`. */
function addFormats(instance: i18n): void {
  const formats = new Map<string, Formats>();
  for (const name of ['pence', 'longDate', 'clockTime'] as const) {
    instance.services.formatter?.add(name, (value: unknown, locale = FALLBACK_LOCALE) => {
      let format = formats.get(locale);
      if (!format) formats.set(locale, (format = new Formats(locale)));
      return format[name](value as never);
    });
  }
}

function readCatalogue(path: string): Catalogue {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Catalogue;
  } catch (error) {
    throw new Error(`Catalogue ${path} is not valid JSON`, { cause: error });
  }
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => mapStrings(each, change));
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapStrings(each, change)]));
  }
  return value;
}
