import { createHash } from 'node:crypto';
import type { Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { FALLBACK_LOCALE, Translations } from '@carers/pages';
import { Injectable } from '@nestjs/common';
import { HandOverWording } from './hand-over-wording.entity.js';

/** The words in the catalogue that forms show now. Other words are another key; the old ones stay there. */
const current = '2026-11';
const paths = ['ask', 'agreed', 'spoken', 'written', 'kept'] as const;

/** In which words a carer's agreement to be handed over is confirmed, and the copies that prove it. */
@Injectable()
export class Agreements {
  constructor(
    private readonly translations: Translations,
    private readonly clock: Clock,
  ) {}

  /** Catalogue key under which the words of today stand. */
  get key(): string {
    return `referrers:agreements.${current}`;
  }

  /** Keeps the words of a language as they are now, once, and gives their version. */
  async keep(tx: Tx, locale: string): Promise<string> {
    const spoken = this.translations.speaks(locale) ? locale : FALLBACK_LOCALE;
    const catalogue = this.translations.in(spoken);
    const words = Object.fromEntries(paths.map((path) => [path, catalogue.t(`${this.key}.${path}`)]));
    const print = createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 10);
    const version = `${current}.${spoken}.${print}`;
    await tx
      .createQueryBuilder()
      .insert()
      .into(HandOverWording)
      .values({ version, locale: spoken, words, firstUsedAt: this.clock.now() })
      .orIgnore()
      .execute();
    return version;
  }
}
