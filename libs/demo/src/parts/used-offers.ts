import { dateInLondon, type LocalDate } from '@carers/kernel';
import { type OfferTerms, type OfferUsage, usagePeriodStart } from '@carers/offer-rules';

/** How often each limited thing was used: the same counters, by the same names, that the till keeps. */
export class UsedOffers {
  private readonly counters = new Map<string, number>();

  /** What the rules want to know before the next use. */
  usage(offerId: string, terms: OfferTerms, holderId: string, at: Date): OfferUsage {
    const used = (scope: string) => this.counters.get(`${offerId} ${scope}`) ?? 0;
    return { card: used(cardScope(terms, holderId, at)), today: used(dayScope(at)), total: used('total') };
  }

  /** Counts a use. @returns the counters it was added to, in the order in which the till takes them */
  count(offerId: string, terms: OfferTerms, holderId: string, at: Date): string[] {
    const { limits } = terms;
    const scopes: string[] = [];
    if (limits?.total !== undefined) scopes.push('total');
    if (limits?.perDay !== undefined) scopes.push(dayScope(at));
    if (limits?.perCard) scopes.push(cardScope(terms, holderId, at));
    for (const scope of scopes) {
      const name = `${offerId} ${scope}`;
      this.counters.set(name, (this.counters.get(name) ?? 0) + 1);
    }
    return scopes;
  }

  /** Every counter: offer, scope, uses. */
  *all(): Generator<[offerId: string, scope: string, used: number]> {
    for (const [name, used] of this.counters) {
      const space = name.indexOf(' ');
      yield [name.slice(0, space), name.slice(space + 1), used];
    }
  }
}

function dayScope(at: Date): string {
  return `day:${dateInLondon(at)}`;
}

function cardScope({ limits }: OfferTerms, holderId: string, at: Date): string {
  const from: LocalDate | null = limits?.perCard ? usagePeriodStart(limits.perCard.period, at) : null;
  return from === null ? `card:${holderId}` : `card:${holderId}:${from}`;
}
