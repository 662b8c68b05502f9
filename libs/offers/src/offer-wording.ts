import { renderOffer } from '@carers/offer-rules';
import { Translations } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { OfferContent, OfferText } from './offer.entity.js';

/** Puts offers into words. The words come from the terms alone, so the two cannot disagree. */
@Injectable()
export class OfferWording {
  /** Language of what is laid down: the scheme's own. */
  readonly locale: string;

  constructor(
    private readonly translations: Translations,
    settings: Settings,
  ) {
    this.locale = settings.defaultLocale;
  }

  /** Title, conditions and the whole sentence, in a language of the catalogues. */
  of({ subject, terms }: OfferContent, locale = this.locale): OfferText {
    const words = this.translations.in(locale);
    const said = renderOffer(terms, (key, params) => words.t(`offer-rules:${key}`, params), locale);
    const title = subject ? words.t('offers:title-with-subject', { title: said.title, subject }) : said.title;
    const conditions = said.conditions;
    return {
      title,
      conditions,
      sentence: words.t('offer-rules:sentence', { title, conditions: conditions.join(' ') }),
    };
  }

  /** What a till without a connection may do: for its owner and the staff, not for carers. Null where nothing was said. */
  tills({ terms: { staleListDays: days } }: Pick<OfferContent, 'terms'>, locale = this.locale): string | null {
    if (days === undefined) return null;
    const words = this.translations.in(locale);
    return days === 0 ? words.t('offers:tills.never') : words.t('offers:tills.stale', { count: days });
  }
}
