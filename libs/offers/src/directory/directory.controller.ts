import { Categories } from '@carers/businesses';
import { isUuid } from '@carers/kernel';
import { Public, Translations } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import {
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { BusinessNotListed, OfferNotFound } from '../offers.problems.js';
import { answerThen, askedTime } from './asked-time.js';
import { DirectoryCounts } from './directory-counts.js';
import { DirectoryDetails } from './directory-details.js';
import { DirectoryMemory } from './directory-memory.js';
import {
  BusinessAnswer,
  OfferAnswer,
  type OfferAsked,
  type OffersAsked,
  OfferQuery,
  OffersAnswer,
  OffersQuery,
  PlacesAnswer,
} from './directory-schemas.js';
import { Directory } from './directory.js';
import { onlineRegionId } from './listing.js';
import { branchJson, offerJson } from './offer-json.js';
import { Questions } from './questions.js';

/** Finished bytes with their tag. */
interface Answer {
  body: string;
  etag: string;
}

/** How long anybody may keep an answer, in seconds; for a while longer it may be shown while a new one is fetched. */
const cacheControl = 'public, max-age=60, stale-while-revalidate=300';

/** The public directory for machines. */
@ApiTags('Offers')
@Public()
@Controller('api/v1')
export class DirectoryController {
  constructor(
    private readonly directory: Directory,
    private readonly details: DirectoryDetails,
    private readonly counts: DirectoryCounts,
    private readonly questions: Questions,
    private readonly categories: Categories,
    private readonly memory: DirectoryMemory,
    private readonly translations: Translations,
    private readonly settings: Settings,
  ) {}

  @Get('offers')
  @ApiOperation({ summary: 'Offers, by place, category, words, distance and time' })
  @ApiOkResponse({ standardSchema: OffersAnswer })
  @ApiUnprocessableEntityResponse({ description: 'Problem details with `errors: [{ field, message }]`' })
  async offers(
    @Query({ schema: OffersQuery }) asked: OffersAsked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return this.answer(request, reply, async () => {
      const page = await this.directory.list(await this.questions.read(asked));
      const slugs = await this.slugsOfRegions();
      const data = page.offers.map((offer) => this.json(offer, slugs.get(offer.regionId) ?? ''));
      return { data, next: page.next };
    });
  }

  @Get('offers/:id')
  @ApiOperation({ summary: 'One offer' })
  @ApiOkResponse({ standardSchema: OfferAnswer })
  @ApiNotFoundResponse({ description: 'No such offer is published' })
  @ApiUnprocessableEntityResponse({ description: 'Problem details with `errors: [{ field, message }]`' })
  async offer(
    @Param('id') id: string,
    @Query({ schema: OfferQuery }) { usableAt }: OfferAsked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    if (!isUuid(id)) throw new OfferNotFound();
    const asked = usableAt === undefined ? null : askedTime(usableAt);
    return this.answer(request, reply, async () => {
      const offer = await this.details.offerById(id, await this.directory.freshness());
      if (!offer) throw new OfferNotFound();
      const region = (await this.slugsOfRegions()).get(offer.regionId) ?? '';
      const whole = { ...offer.line, branchCount: offer.places.length };
      const body = offerJson({ id: offer.id, line: whole }, region, this.urlOf(region, offer.line.slug), offer.places);
      return asked ? { ...body, usableThen: answerThen(offer.line.terms, asked) } : body;
    });
  }

  @Get('businesses/:slug')
  @ApiOperation({ summary: 'One business with its branches and offers' })
  @ApiOkResponse({ standardSchema: BusinessAnswer })
  @ApiNotFoundResponse({ description: 'No such business is published' })
  async business(
    @Param('slug') slug: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return this.answer(request, reply, async () => {
      const business = await this.details.business(slug, await this.directory.freshness());
      if (!business?.mayBeShown) throw new BusinessNotListed();
      const slugs = await this.slugsOfRegions();
      return {
        slug: business.slug,
        name: business.name,
        summary: business.summary,
        website: business.website,
        category: business.category,
        branches: business.places.map((place) => ({
          ...branchJson(place),
          addressLines: place.addressLines,
          phone: place.phone,
          opening: place.opening,
          region: slugs.get(place.regionId) ?? '',
        })),
        offers: business.offers.map((offer) => this.json(offer, slugs.get(offer.regionId) ?? '')),
        url: `${this.settings.publicUrl}/businesses/${business.slug}`,
      };
    });
  }

  @Get('regions')
  @ApiOperation({ summary: 'The regions of the scheme, with how many offers each has' })
  @ApiOkResponse({ standardSchema: PlacesAnswer })
  async regions(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    return this.answer(request, reply, async () => {
      const words = this.translations.in(this.settings.defaultLocale);
      const { byRegion } = await this.counts.current();
      const data = (await this.questions.regions())
        // Online is no region of the scheme; it is in the list where there is something to find under it.
        .filter(({ id }) => id !== onlineRegionId || byRegion.has(id))
        .map(({ id, slug, name }) => ({
          slug,
          name: name ?? words.t('offers:online'),
          offerCount: byRegion.get(id) ?? 0,
        }));
      return { data };
    });
  }

  @Get('categories')
  @ApiOperation({ summary: 'The categories of businesses, with how many offers each has' })
  @ApiOkResponse({ standardSchema: PlacesAnswer })
  async listCategories(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return this.answer(request, reply, async () => {
      const words = this.translations.in(this.settings.defaultLocale);
      const { byCategory } = await this.counts.current();
      const all = await this.categories.all();
      const data = all.map(({ id, slug }) => ({
        slug,
        name: words.t(`businesses:categories.${slug}`),
        offerCount: byCategory.get(id) ?? 0,
      }));
      return { data };
    });
  }

  /** Sends finished bytes, or nothing to whoever has them already (RFC 9110, section 13.1.2). */
  private async answer(request: FastifyRequest, reply: FastifyReply, make: () => Promise<unknown>): Promise<string> {
    const finished = async (): Promise<Answer> => {
      const body = JSON.stringify(await make());
      return { body, etag: `W/"${createHash('sha1').update(body).digest('base64url')}"` };
    };
    const { body, etag } =
      request.url.length > 400 ? await finished() : await this.memory.answer(request.url, finished);
    reply.header('cache-control', cacheControl).header('etag', etag).header('access-control-allow-origin', '*');
    reply.type('application/json; charset=utf-8');
    if (!has(request.headers['if-none-match'], etag)) return body;
    reply.status(304);
    return '';
  }

  private json(offer: Parameters<typeof offerJson>[0], region: string) {
    return offerJson(offer, region, this.urlOf(region, offer.line.slug));
  }

  private urlOf(region: string, slug: string): string {
    return `${this.settings.publicUrl}/offers/${region}/${slug}`;
  }

  private async slugsOfRegions(): Promise<Map<string, string>> {
    return new Map((await this.questions.regions()).map(({ id, slug }) => [id, slug]));
  }
}

function has(ifNoneMatch: string | undefined, etag: string): boolean {
  return ifNoneMatch === '*' || (ifNoneMatch?.split(',').some((each) => each.trim() === etag) ?? false);
}
