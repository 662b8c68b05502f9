import { formatCardNumber } from '@carers/credentials';
import type { SchemeRegion } from '@carers/places';
import type { Card, CardState } from './card.entity.js';
import type { PhoneView } from './phone-card.js';

/** What the page of a card shows. */
export interface CardView {
  /** Id of the card. */
  id: string;
  base: string;
  /** On a phone, the page of a link has no menu: nothing but the card matters there. */
  bodyClass: string;
  state: CardState;
  live: boolean;
  printedName: string;
  kindKey: string;
  validFrom: string;
  validUntil: string;
  /** In groups. */
  number: string;
  /** Where the offers near home are. The region only: an address must not lie in the history of a lent phone. */
  offersHref: string;
  /** Where it is renewed, from the first reminder on and after its last day; null before, and where it was stopped. */
  renewHref: string | null;
  /** Catalogue keys begin with it: `<stateKey>-title`, `<stateKey>-text`. Null where the card works. */
  stateKey: string | null;
}

/** The card on its own page: what tills scan is null where the card does not work, so that nobody shows it in vain. */
export interface CardPageView extends CardView {
  phone: PhoneView | null;
}

/** Catalogue key of what is printed under the name. */
export function kindKeyOf({ kind }: Pick<Card, 'kind'>): string {
  return `cards:kind.${kind}`;
}

/** A card as its page shows it. */
export function viewOf(
  card: Card,
  state: CardState,
  { base, region, renewable }: { base: string; region: SchemeRegion | null; renewable: boolean },
): CardView {
  return {
    id: card.id,
    base,
    bodyClass: base.startsWith('/my-card/') ? 'card-page card-page--by-link' : 'card-page',
    state,
    live: state === 'active',
    printedName: card.printedName,
    kindKey: kindKeyOf(card),
    validFrom: card.validFrom,
    validUntil: card.validUntil,
    number: formatCardNumber(card.number),
    offersHref: region ? `/offers/${region.slug}` : '/offers',
    renewHref: renewable ? `${base}/renew` : null,
    stateKey: state === 'active' ? null : `cards:state.${stateName(card, state)}`,
  };
}

/** A card that ended because its holder said it was lost needs other words than one that was stopped. */
function stateName(card: Card, state: CardState): string {
  return state === 'revoked' && card.endReason === 'caring_ended' ? 'caring_ended' : state;
}

/** A mobile number as people say it: `07700 900123` for one of ours, other countries' as they are. */
export function mobileAsSaid(mobile: string | null): string | null {
  return mobile?.replace(/^\+44(\d{4})(\d{6})$/, '0$1 $2') ?? null;
}
