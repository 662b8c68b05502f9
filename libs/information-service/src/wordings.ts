import { createHash } from 'node:crypto';
import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { FALLBACK_LOCALE, Translations } from '@carers/pages';
import { Injectable } from '@nestjs/common';
import { ConsentWording } from './consent-wording.entity.js';
import { WordingUnknown } from './information-service.problems.js';
import { type Channel, channels, type Purpose, purposes } from './purposes.js';

/** The set of questions in the catalogue that forms show now. Other words are another key; the old ones stay there. */
const current = '2026-11';

/** How a form asks for consent. Keys are of the catalogue and need no parameters. */
export interface WordingToAsk {
  /** Hand it to `register` with the answers, when they are given long before. */
  version: string;
  /** Who asks, and that every answer is free. Belongs to the wording: show it above the questions. */
  aboutKey: string;
  purposes: { purpose: Purpose; questionKey: string; hintKey: string; channels: readonly Channel[] }[];
}

/** The words in which people are asked: which are in force, and the copies that prove what somebody agreed to. */
@Injectable()
export class Wordings {
  constructor(
    private readonly translations: Translations,
    private readonly clock: Clock,
    private readonly database: Database,
  ) {}

  /** What a form in this language asks today. */
  toAsk(locale: string): WordingToAsk {
    return {
      version: this.inForce(locale).version,
      aboutKey: `information-service:wordings.${current}.about`,
      purposes: purposes.map((purpose) => ({
        purpose,
        questionKey: `information-service:wordings.${current}.${purpose}.question`,
        hintKey: `information-service:wordings.${current}.${purpose}.hint`,
        channels,
      })),
    };
  }

  /**
   * The version for a new consent event, its words kept.
   * @param read the version that the person read, when they answered earlier
   * @throws WordingUnknown when that one was never kept
   */
  async versionFor(tx: Tx, locale: string, read?: string): Promise<string> {
    if (read !== undefined && read !== this.inForce(locale).version) {
      if (!(await tx.existsBy(ConsentWording, { version: read }))) throw new WordingUnknown();
      return read;
    }
    return this.keep(tx, locale);
  }

  /** Keeps the words of a language as they are now, once, and gives their version. */
  async keep(tx: Tx, locale: string): Promise<string> {
    const { version, words, locale: spoken } = this.inForce(locale);
    await tx
      .createQueryBuilder()
      .insert()
      .into(ConsentWording)
      .values({ version, locale: spoken, words, firstUsedAt: this.clock.now() })
      .orIgnore()
      .execute();
    return version;
  }

  /**
   * Keeps the words of a form that is not ours, by which somebody agreed elsewhere, and gives their version.
   * @param text as people read it there
   */
  async keepElsewhere(tx: Tx, locale: string, text: string): Promise<string> {
    const print = createHash('sha256').update(text).digest('hex').slice(0, 10);
    const version = `elsewhere.${locale}.${print}`;
    await tx
      .createQueryBuilder()
      .insert()
      .into(ConsentWording)
      .values({ version, locale, words: { about: text }, firstUsedAt: this.clock.now() })
      .orIgnore()
      .execute();
    return version;
  }

  /** Keeps the words of every language as they are now. */
  async keepAll(): Promise<void> {
    await this.database.transaction(async (tx) => {
      for (const locale of this.translations.locales) await this.keep(tx, locale);
    });
  }

  private inForce(locale: string): Pick<ConsentWording, 'version' | 'locale' | 'words'> {
    const spoken = this.translations.speaks(locale) ? locale : FALLBACK_LOCALE;
    const catalogue = this.translations.in(spoken);
    const paths = [
      'about',
      ...purposes.flatMap((purpose) => [`${purpose}.question`, `${purpose}.hint`]),
      ...channels.map((channel) => `channels.${channel}`),
    ];
    // The preference page puts purpose and channel into one sentence: that one was read too.
    const legends = purposes.flatMap((purpose) => channels.map((channel) => `legends.${purpose}.${channel}`));
    const words = Object.fromEntries([
      ...paths.map((path) => [path, catalogue.t(`information-service:wordings.${current}.${path}`)] as const),
      ...legends.map((path) => [path, catalogue.t(`information-service:${path}`)] as const),
    ]);
    const print = createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 10);
    return { version: `${current}.${spoken}.${print}`, locale: spoken, words };
  }
}
