import { factsOf } from '@carers/businesses';
import type { TimeRange } from '@carers/offer-rules';
import type { Words } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { BusinessMarks } from '../business-marks.js';
import { OfferLinks } from '../offer-links.js';
import type { DetailedBusiness, DetailedOffer, DetailedPlace } from './directory-details.js';
import { onlineSlug } from './listing.js';
import { OfferCards } from './offer-cards.js';
import { type ListedRegion, Questions } from './questions.js';

/** The pages of one offer and of one business, in words and, for machines, as schema.org. */
@Injectable()
export class OfferPresenter {
  constructor(
    private readonly cards: OfferCards,
    private readonly questions: Questions,
    private readonly links: OfferLinks,
    private readonly marks: BusinessMarks,
    private readonly settings: Settings,
  ) {}

  async offer(offer: DetailedOffer, region: ListedRegion, words: Words) {
    const { line } = offer;
    const text = this.cards.text(line, words);
    const when = this.cards.whenUsable(line.terms, words);
    const url = `${this.settings.publicUrl}/offers/${region.slug}/${line.slug}`;
    const here = offer.places.filter(({ regionId }) => regionId === region.id);
    const others = offer.places.filter(({ regionId }) => regionId !== region.id);
    const places = [...here, ...others].map((place) => this.place(place, words));
    return {
      name: text.title,
      description: words.t('offers:offer.description', { business: line.business.name, sentence: text.sentence }),
      business: {
        name: line.business.name,
        href: `/businesses/${line.business.slug}`,
        summary: offer.summary,
        website: offer.website,
      },
      region: { name: region.name ?? words.t('offers:online'), href: `/offers/${region.slug}` },
      category: {
        name: words.t(`businesses:categories.${line.category}`),
        href: `/offers/${region.slug}?category=${line.category}`,
      },
      conditions: text.conditions,
      days: line.terms.days ?? [1, 2, 3, 4, 5, 6, 7],
      times: (line.terms.times ?? []).map(whenOf),
      endsOn: line.terms.endsOn ?? null,
      how: line.terms.how,
      links: await this.links.for(offer.id),
      picture: this.links.pictureOf(offer.id),
      marks: await this.marks.for(line.business.slug),
      when: when.text,
      whenKind: when.kind,
      unconfirmed: await this.cards.unconfirmed(line, words),
      confirmedOn: line.confirmedOn,
      places,
      comesToYou: line.business.comesToYou,
      canonicalUrl: url,
      shareSubject: words.t('offers:offer.share-subject', { title: text.title, business: line.business.name }),
      share: mailQuery({
        subject: words.t('offers:offer.share-subject', { title: text.title, business: line.business.name }),
        body: words.t('offers:offer.share-body', { sentence: text.sentence, url }),
      }),
      schema: {
        '@context': 'https://schema.org',
        '@type': 'Offer',
        name: text.title,
        description: text.sentence,
        url,
        category: words.t(`businesses:categories.${line.category}`),
        availability: 'https://schema.org/InStock',
        ...(line.terms.startsOn ? { validFrom: line.terms.startsOn } : {}),
        ...(line.terms.endsOn ? { validThrough: line.terms.endsOn } : {}),
        eligibleCustomerType: words.t('offers:offer.eligible'),
        offeredBy: this.businessSchema({ ...line.business, website: offer.website, places: offer.places.slice(0, 20) }),
      },
    };
  }

  async business(business: DetailedBusiness, words: Words) {
    const slugs = new Map((await this.questions.regions()).map(({ id, slug }) => [id, slug]));
    const offers = await Promise.all(
      business.offers.map((offer) => this.cards.card(offer, slugs.get(offer.regionId) ?? onlineSlug, words)),
    );
    const category = words.t(`businesses:categories.${business.category}`);
    return {
      name: business.name,
      summary: business.summary,
      website: business.website,
      category,
      description: business.summary ?? words.t('offers:business.description', { name: business.name }),
      offers,
      marks: await this.marks.for(business.slug),
      places: business.places.map((place) => this.place(place, words)),
      schema: {
        '@context': 'https://schema.org',
        ...this.businessSchema(business),
        ...(business.summary ? { description: business.summary } : {}),
      },
    };
  }

  private place(place: DetailedPlace, words: Words) {
    return {
      name: place.name,
      online: place.online,
      address: [...place.addressLines, place.town, place.postcode].filter((part) => part !== null && part !== ''),
      phone: place.phone,
      opening: place.opening,
      facts: factsOf(place.accessibility).map((fact) => words.t(`businesses:accessibility.${fact}`)),
    };
  }

  private businessSchema(business: { slug: string; name: string; website: string | null; places: DetailedPlace[] }) {
    const visited = business.places.filter(({ online }) => !online);
    return {
      '@type': visited.length ? 'LocalBusiness' : 'OnlineBusiness',
      name: business.name,
      url: `${this.settings.publicUrl}/businesses/${business.slug}`,
      ...(business.website ? { sameAs: business.website } : {}),
      ...(visited.length === 1 ? placeSchema(visited[0]!) : {}),
      ...(visited.length > 1
        ? { location: visited.map((place) => ({ '@type': 'Place', name: place.name, ...placeSchema(place) })) }
        : {}),
    };
  }
}

function placeSchema(place: DetailedPlace) {
  return {
    address: {
      '@type': 'PostalAddress',
      streetAddress: place.addressLines.join(', '),
      addressLocality: place.town ?? '',
      postalCode: place.postcode ?? '',
      addressCountry: 'GB',
    },
    ...(place.phone ? { telephone: place.phone } : {}),
    ...(place.lat !== null ? { geo: { '@type': 'GeoCoordinates', latitude: place.lat, longitude: place.lng } } : {}),
  };
}

/** The query of a `mailto:` address (RFC 6068): spaces are never plus signs. */
function mailQuery(parts: Record<string, string>): string {
  return Object.entries(parts)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

/** An opening with the key of its words: one that passes midnight ends on the next day. */
function whenOf({ from, to }: TimeRange) {
  const isNextDay = to < from && to !== '00:00';
  return { from, to, key: isNextDay ? 'offers:offer.time-next-day' : 'offers:offer.time' };
}
