import { Categories } from '@carers/businesses';
import { InvalidInput, type FieldError } from '@carers/kernel';
import { Places, PostcodeNotValid, SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { askedTime } from './asked-time.js';
import { type DirectoryQuery, wordsOf } from './directory-query.js';
import type { OffersAsked } from './directory-schemas.js';
import { onlineRegionId, onlineSlug } from './listing.js';

/** Somewhere that offers are listed under: a region of the scheme, or online. */
export interface ListedRegion {
  id: string;
  slug: string;
  /** Null for the online ones, which each language names itself. */
  name: string | null;
}

/** Turns what somebody asked, in slugs and postcodes, into what the tables hold. All in memory. */
@Injectable()
export class Questions {
  constructor(
    private readonly schemes: SchemeService,
    private readonly categories: Categories,
    private readonly places: Places,
  ) {}

  /** @throws InvalidInput that names every part which is not known */
  async read(asked: OffersAsked): Promise<DirectoryQuery> {
    const errors: FieldError[] = [];
    const [region, category, near] = await Promise.all([
      asked.region === undefined ? null : this.region(asked.region),
      asked.category === undefined ? null : this.categories.bySlug(asked.category),
      asked.near === undefined ? null : this.locate(asked.near),
    ]);
    if (asked.region !== undefined && !region) errors.push({ field: 'region', message: 'offers:errors.region' });
    if (asked.category !== undefined && !category)
      errors.push({ field: 'category', message: 'offers:errors.category' });
    if (asked.near !== undefined && !near) errors.push({ field: 'near', message: 'offers:errors.near' });
    if (asked.within !== undefined && asked.near === undefined) {
      errors.push({ field: 'within', message: 'offers:errors.within-what' });
    }
    if (errors.length) throw new InvalidInput(errors);
    // A town lies in one region, so naming it alone is enough.
    const regionId = region?.id ?? (asked.town === undefined ? undefined : await this.regionOfTown(asked.town));
    const words = asked.q === undefined ? [] : wordsOf(asked.q);
    return {
      regionId,
      categoryId: category?.id,
      townSlug: asked.town,
      // Signs alone are no words: nothing is found, rather than everything.
      words: asked.q === undefined ? undefined : words.length ? words : ['-'],
      near: near ? { lat: near.lat, lng: near.lng, withinMiles: asked.within } : undefined,
      usableAt: asked.usableAt === undefined ? undefined : (askedTime(asked.usableAt) ?? undefined),
      limit: asked.limit ?? 20,
      cursor: asked.cursor,
    };
  }

  /** The regions of the scheme and, last, online. */
  async regions(): Promise<ListedRegion[]> {
    const regions = await this.schemes.regions();
    return [...regions, { id: onlineRegionId, slug: onlineSlug, name: null }];
  }

  async region(slug: string): Promise<ListedRegion | null> {
    return (await this.regions()).find((region) => region.slug === slug) ?? null;
  }

  private async regionOfTown(slug: string): Promise<string | undefined> {
    return (await this.schemes.regions()).find(({ towns }) => towns.some((town) => town.slug === slug))?.id;
  }

  private async locate(typed: string) {
    try {
      return await this.places.locate(typed);
    } catch (error) {
      if (error instanceof PostcodeNotValid) return null;
      throw error;
    }
  }
}
