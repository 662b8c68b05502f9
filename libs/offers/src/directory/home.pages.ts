import { qrSvg } from '@carers/credentials';
import { addMonths, Clock } from '@carers/kernel';
import { page, PageRenderer, type PageResult, Public } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { Controller, Get, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import Handlebars from 'handlebars/dist/handlebars.js';
import { DirectoryCounts } from './directory-counts.js';
import { Directory } from './directory.js';
import type { Listed } from './listing.js';
import { OfferCards } from './offer-cards.js';
import { Questions } from './questions.js';

const offersShown = 3;
const offersLookedAt = 40;

/** The first page: what the card is, who it is for, and three real offers. */
@ApiExcludeController()
@Public()
@Controller()
export class HomePages {
  constructor(
    private readonly directory: Directory,
    private readonly counts: DirectoryCounts,
    private readonly questions: Questions,
    private readonly cards: OfferCards,
    private readonly schemes: SchemeService,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  async home(@Req() request: FastifyRequest): Promise<PageResult> {
    const words = this.renderer.wordsFor(request);
    const [counts, scheme, policy, newest] = await Promise.all([
      this.counts.current(),
      this.schemes.current(),
      this.schemes.policyOn(),
      this.directory.list({ limit: offersLookedAt }),
    ]);
    const slugs = new Map((await this.questions.regions()).map(({ id, slug }) => [id, slug]));
    const chosen = varied(newest.offers);
    const { publicUrl } = this.settings;
    return page(
      'offers/home',
      {
        counts: { offers: counts.offers, places: counts.places },
        cards: await Promise.all(chosen.map((offer) => this.cards.card(offer, slugs.get(offer.regionId) ?? '', words))),
        // The card in the picture leads back here: a curious camera does no harm.
        qr: new Handlebars.SafeString(qrSvg(publicUrl)),
        validUntil: words.monthYear(addMonths(this.clock.today(), policy.card.validityMonths)),
        schema: {
          '@context': 'https://schema.org',
          '@type': 'WebSite',
          name: scheme.brand.name,
          url: `${publicUrl}/`,
          publisher: { '@type': 'Organization', name: scheme.brand.operator, telephone: scheme.contact.phone },
          potentialAction: {
            '@type': 'SearchAction',
            target: `${publicUrl}/offers?q={search_term_string}`,
            'query-input': 'required name=search_term_string',
          },
        },
      },
      { publicFor: 60 },
    );
  }
}

/** The newest offers of different categories and kinds, so that the first impression is not three cafés. */
function varied(offers: Listed[]): Listed[] {
  const chosen: Listed[] = [];
  for (const different of [
    (one: Listed, other: Listed) =>
      one.line.category !== other.line.category && one.line.terms.kind !== other.line.terms.kind,
    (one: Listed, other: Listed) => one.line.business.slug !== other.line.business.slug,
  ]) {
    for (const offer of offers) {
      if (chosen.length < offersShown && chosen.every((one) => different(one, offer))) chosen.push(offer);
    }
  }
  return chosen;
}
