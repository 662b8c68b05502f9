import { OfferWording } from '@carers/offers';
import { Database } from '@carers/database';
import { isUuid } from '@carers/kernel';
import { type Brand, BrandSource, type Words } from '@carers/pages';
import type { OfferTerms } from '@carers/offer-rules';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { NothingToPost } from '../recruiting.problems.js';
import { type Pictured, postPng, type Shape } from './post-picture.js';

/** An offer that people can use now, with what a post says of it. */
interface PostedOffer {
  id: string;
  slug: string;
  subject: string | null;
  terms: OfferTerms;
  business: string;
  businessId: string;
  /** Towns where it can be used; none for an online business. */
  towns: string[];
  region: string;
}

/** A post to copy, and its pictures. */
export interface Post {
  offerId: string;
  title: string;
  /** For where room is short, and for where it is not. */
  short: string;
  long: string;
  /** What a picture shows, for those who do not see it. */
  alt: string;
  url: string;
}

/** Most towns that a post names. */
const mostTowns = 3;

/** Ready-made posts about published offers, each word from the offer's terms or the catalogue. */
@Injectable()
export class Posts {
  constructor(
    private readonly database: Database,
    private readonly wording: OfferWording,
    private readonly brands: BrandSource,
    private readonly settings: Settings,
  ) {}

  /** The posts of a business, one for each published offer, at most 20. @throws NothingToPost while nothing is published */
  async of(businessId: string, words: Words): Promise<{ business: string; posts: Post[] }> {
    const offers = await this.offers({ businessId });
    if (offers.length === 0) throw new NothingToPost();
    const brand = await this.brands.current();
    return { business: offers[0]!.business, posts: offers.map((offer) => this.post(offer, brand, words)) };
  }

  /** The picture of one post, as PNG. @throws NothingToPost for an offer of another business, or none */
  async picture(businessId: string, offerId: string, shape: Shape, words: Words): Promise<Buffer> {
    const [offer] = isUuid(offerId) ? await this.offers({ businessId, offerId }) : [];
    if (!offer) throw new NothingToPost();
    const brand = await this.brands.current();
    return postPng(this.pictured(offer, brand, words), brand, shape);
  }

  /**
   * What the preview of a link to an offer's page shows. Two offers that say the same have the same picture.
   * @throws NothingToPost for an offer that is not published
   */
  async previewOf(offerId: string, words: Words): Promise<{ pictured: Pictured; brand: Brand }> {
    const [offer] = isUuid(offerId) ? await this.offers({ offerId }) : [];
    if (!offer) throw new NothingToPost();
    const brand = await this.brands.current();
    return { pictured: this.pictured(offer, brand, words), brand };
  }

  private post(offer: PostedOffer, brand: Brand, words: Words): Post {
    const { title, conditions } = this.wording.of(offer, words.locale);
    const url = `${this.settings.publicUrl}/offers/${offer.region}/${offer.slug}`;
    const facts = {
      title,
      business: offer.business,
      where: whereOf(offer, words),
      scheme: brand.name,
      card: brand.shortName,
      url,
    };
    return {
      offerId: offer.id,
      title,
      url,
      short: words.t('recruiting:posts.short', facts),
      long: words.t('recruiting:posts.long', { ...facts, conditions: conditions.join(' ') }),
      alt: words.t('recruiting:posts.alt', facts),
    };
  }

  private pictured(offer: PostedOffer, brand: Brand, words: Words): Pictured {
    return {
      title: this.wording.of(offer, words.locale).title,
      business: offer.business,
      where: whereOf(offer, words),
      call: words.t('recruiting:posts.call', { card: brand.shortName }),
      site: new URL(this.settings.publicUrl).host,
    };
  }

  private async offers(sought: { businessId?: string; offerId?: string }): Promise<PostedOffer[]> {
    return this.database.query<PostedOffer>(
      `SELECT offer.id, offer.slug, subject, terms, business.name AS business, business.id AS "businessId",
              ARRAY(SELECT DISTINCT town FROM branch
                     WHERE business_id = business.id AND closed_at IS NULL AND town IS NOT NULL ORDER BY town) AS towns,
              coalesce((SELECT region.slug FROM offer_listing listing JOIN region ON region.id = listing.region_id
                         WHERE listing.offer_id = offer.id ORDER BY region.position LIMIT 1), 'online') AS region
         FROM offer JOIN business ON business.id = offer.business_id AND business.status = 'published'
        WHERE ($1::uuid IS NULL OR business.id = $1) AND offer.status = 'published' AND ($2::uuid IS NULL OR offer.id = $2)
        ORDER BY offer.published_at DESC, offer.id LIMIT 20`,
      [sought.businessId ?? null, sought.offerId ?? null],
    );
  }
}

function whereOf({ towns }: PostedOffer, words: Words): string {
  if (towns.length === 0) return words.t('recruiting:posts.online');
  if (towns.length > mostTowns)
    return words.t('recruiting:posts.many-towns', { town: towns[0], count: towns.length - 1 });
  return words.list(towns);
}
