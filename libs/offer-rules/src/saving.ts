import type { OfferTerms } from './terms.js';

/**
 * What the cardholder saves, in pence, on a basket: the price, without the offer, of the goods the offer is for.
 * A percentage is rounded half up to a whole penny, then held to the cap. Never less than 0 or more than the basket.
 * @returns null when it cannot be known: no basket was given, or the offer is a free item or a service
 */
export function savingOn(terms: OfferTerms, basketPence: number | null | undefined): number | null {
  if (basketPence === null || basketPence === undefined) return null;
  switch (terms.kind) {
    case 'percentage': {
      // Whole numbers throughout: 10% of 5p is (50 + 50) / 100, so 1p, with no binary fraction in between.
      const saving = Math.floor((basketPence * terms.percent + 50) / 100);
      return Math.min(saving, terms.capPence ?? saving, basketPence);
    }
    case 'amount_off':
      return Math.min(terms.amountPence, basketPence);
    case 'fixed_price':
      return Math.max(0, basketPence - terms.pricePence);
    case 'free_item':
    case 'service':
      return null;
  }
}
