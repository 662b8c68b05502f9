import type { Words } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import type { DirectoryQuery } from './directory-query.js';
import { Directory } from './directory.js';
import { onlineRegionId } from './listing.js';
import { type OfferCard, OfferCards } from './offer-cards.js';
import { type ListedRegion, Questions } from './questions.js';

const shown = 3;

/** What to show where nothing was found: the same, but nearest to the region, or anywhere. */
@Injectable()
export class Elsewhere {
  constructor(
    private readonly directory: Directory,
    private readonly schemes: SchemeService,
    private readonly questions: Questions,
    private readonly cards: OfferCards,
  ) {}

  async suggest(query: DirectoryQuery, region: ListedRegion | null, words: Words): Promise<OfferCard[]> {
    const { regionId: _, townSlug: __, cursor: ___, ...wider } = query;
    const here = query.near ?? (await this.middleOf(region, query.townSlug));
    const near = here ? { lat: here.lat, lng: here.lng } : undefined;
    const { offers } = await this.directory.list({ ...wider, near, limit: shown });
    const slugs = new Map((await this.questions.regions()).map(({ id, slug }) => [id, slug]));
    return Promise.all(offers.map((offer) => this.cards.card(offer, slugs.get(offer.regionId) ?? '', words)));
  }

  /** Of the town, or of the towns of the region. */
  private async middleOf(region: ListedRegion | null, townSlug: string | undefined) {
    if (!region || region.id === onlineRegionId) return null;
    const towns = (await this.schemes.regions()).find(({ id }) => id === region.id)?.towns ?? [];
    const town = towns.find(({ slug }) => slug === townSlug);
    if (town) return town;
    if (towns.length === 0) return null;
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    return { lat: mean(towns.map(({ lat }) => lat)), lng: mean(towns.map(({ lng }) => lng)) };
  }
}
