import { factsOf } from '@carers/businesses';
import { addDays, Clock, dateInLondon } from '@carers/kernel';
import { evaluateOffer, type OfferTerms } from '@carers/offer-rules';
import type { Words } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { OfferWording } from '../offer-wording.js';
import type { OfferText } from '../offer.entity.js';
import type { ListedBranch, ListedLine } from './listing.js';
import { onlineRegionId } from './listing.js';

/** What the partial `offer-card` shows. */
export interface OfferCard {
  href: string;
  title: string;
  who: string;
  conditions: string;
  tag: string;
  tagKind: 'yes' | 'warn' | 'quiet';
}

export interface CardOffer {
  id: string;
  regionId: string;
  line: ListedLine;
  distanceMiles?: number | null;
  nearest?: ListedBranch | null;
}

/** When an offer can be used next, in words. */
export interface WhenUsable {
  text: string;
  kind: OfferCard['tagKind'];
}

/** How far a list looks ahead for the next day on which an offer can be used. */
const weekAhead = 7;

/** Puts offers of the directory into words for pages. */
@Injectable()
export class OfferCards {
  constructor(
    private readonly clock: Clock,
    private readonly schemes: SchemeService,
    private readonly wording: OfferWording,
  ) {}

  /** @param regionSlug of the page that the card leads to */
  async card(offer: CardOffer, regionSlug: string, words: Words): Promise<OfferCard> {
    const { line } = offer;
    const text = this.text(line, words);
    const stale = await this.unconfirmed(line, words);
    const when = this.whenUsable(line.terms, words);
    return {
      href: `/offers/${regionSlug}/${line.slug}`,
      title: text.title,
      who: this.who(offer, words),
      conditions: this.short(line, text, words),
      tag: stale ?? when.text,
      tagKind: stale ? 'warn' : when.kind,
    };
  }

  /** Title, conditions and sentence in the reader's language. What is laid down is in the scheme's own. */
  text(line: ListedLine, words: Words): OfferText {
    if (words.locale === this.wording.locale) return line;
    return this.wording.of({ subject: line.subject, terms: line.terms }, words.locale);
  }

  /** "Usable today", or when it can be used next. */
  whenUsable(terms: OfferTerms, words: Words): WhenUsable {
    const now = this.clock.now();
    const answer = evaluateOffer({ terms, at: now });
    if (answer.usable) return { text: words.t('offers:tags.today'), kind: 'yes' };
    if (!answer.nextUsableAt) return { text: words.t('offers:tags.ended'), kind: 'warn' };
    const today = dateInLondon(now);
    const next = dateInLondon(answer.nextUsableAt);
    if (next === today) {
      return { text: words.t('offers:tags.later-today', { time: words.clockTime(answer.nextUsableAt) }), kind: 'yes' };
    }
    const day = next < addDays(today, weekAhead) ? words.weekdayDate(next).split(' ')[0]! : words.longDate(next);
    return { text: words.t('offers:tags.next', { day }), kind: 'quiet' };
  }

  /** A warning where nobody has confirmed the offer for longer than the scheme asks for; null else. */
  async unconfirmed(line: Pick<ListedLine, 'confirmedOn'>, words: Words): Promise<string | null> {
    const today = this.clock.today();
    const { offers } = await this.schemes.policyOn(today);
    if (line.confirmedOn >= addDays(today, -offers.confirmEveryDays)) return null;
    return words.t('offers:tags.unconfirmed', { month: words.monthYear(line.confirmedOn) });
  }

  /** "The Quay Kitchen · 0.2 miles". */
  private who({ line, regionId, distanceMiles, nearest }: CardOffer, words: Words): string {
    const name = line.business.name;
    if (line.business.comesToYou) {
      const checked = (line.business.checkedUntil ?? '') >= this.clock.today();
      return words.t(checked ? 'offers:card.comes-to-you-checked' : 'offers:card.comes-to-you', { name });
    }
    if (regionId === onlineRegionId) return words.t('offers:card.online', { name });
    if (distanceMiles !== undefined && distanceMiles !== null) {
      const key = distanceMiles < 0.1 ? 'offers:card.very-near' : 'offers:card.miles';
      return words.t(key, { name, count: distanceMiles, miles: words.number(distanceMiles) });
    }
    const towns = [...new Set(line.branches.map(({ town }) => town ?? ''))].filter(Boolean);
    if (line.branchCount > 1 && towns.length !== 1) {
      return words.t('offers:card.places', { name, count: line.branchCount });
    }
    const town = nearest?.town ?? towns[0];
    return town ? words.t('offers:card.town', { name, town }) : name;
  }

  /** Up to three conditions that tell offers apart, then what helps carers where there is one place. */
  private short(line: ListedLine, text: OfferText, words: Words): string {
    const usual = new Set([words.t('offer-rules:who.carer'), words.t('offer-rules:how.in_person')]);
    const said = text.conditions.filter((condition) => !usual.has(condition)).slice(0, 3);
    const only = line.branchCount === 1 ? line.branches[0] : undefined;
    const facts = only ? factsOf(only.accessibility).slice(0, 2) : [];
    if (facts.length) {
      const list = words.list(
        facts.map((fact, place) => words.t(`businesses:accessibility${place > 0 ? '-within' : ''}.${fact}`)),
      );
      said.push(words.t('offers:card.helps', { list }));
    }
    return said.join(' ');
  }
}
