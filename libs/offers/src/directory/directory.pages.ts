import type { FieldError } from '@carers/kernel';
import { page, PageRenderer, type PageResult, Public, redirect, type RedirectResult, type Words } from '@carers/pages';
import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { askedTime, readTimeBoxes, type TimeBoxes } from './asked-time.js';
import { tellThen } from './asked-time.presenter.js';
import { DirectoryCounts } from './directory-counts.js';
import { DirectoryDetails } from './directory-details.js';
import { addressOf, DirectoryFilters } from './directory-filters.js';
import type { OffersAsked } from './directory-schemas.js';
import { Directory } from './directory.js';
import { Elsewhere } from './elsewhere.js';
import { onlineRegionId, onlineSlug } from './listing.js';
import { OfferCards } from './offer-cards.js';
import { OfferPresenter } from './offer-presenter.js';
import { type ListedRegion, Questions } from './questions.js';

/** Seconds for which anybody may keep a page of the directory. */
const publicFor = 60;
const pageSize = 20;

/** The public directory for people: `/offers`, its regions, offers and businesses. */
@ApiExcludeController()
@Public()
@Controller()
export class DirectoryPages {
  constructor(
    private readonly directory: Directory,
    private readonly details: DirectoryDetails,
    private readonly counts: DirectoryCounts,
    private readonly filters: DirectoryFilters,
    private readonly questions: Questions,
    private readonly cards: OfferCards,
    private readonly presenter: OfferPresenter,
    private readonly elsewhere: Elsewhere,
    private readonly renderer: PageRenderer,
  ) {}

  /** The regions first; with a filter, offers of all regions. */
  @Get('offers')
  async all(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
  ): Promise<PageResult | RedirectResult> {
    const { asked, errors, boxes } = this.filters.read(query);
    // The filter form of this page may choose a region: that list has an address of its own.
    const region = asked.region ? await this.questions.region(asked.region) : null;
    if (region) return redirect(addressOf(`/offers/${region.slug}`, { ...asked, region: undefined }), 302);
    const words = this.renderer.wordsFor(request);
    const { region: _, limit: __, ...rest } = asked;
    if (boxes.usableOn || boxes.usableTime || Object.values(rest).some((value) => value !== undefined)) {
      return this.list('/offers', rest, null, errors, boxes, words);
    }
    return page('offers/all', { ...(await this.landing(words)), errors }, { publicFor, status: 200 });
  }

  @Get('offers/:region')
  async region(
    @Param('region') slug: string,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
  ): Promise<PageResult> {
    const words = this.renderer.wordsFor(request);
    const region = await this.questions.region(slug);
    if (!region) return page('offers/region-not-found', await this.landing(words), { status: 404 });
    const { asked, errors, boxes } = this.filters.read({ ...query, region: slug });
    return this.list(`/offers/${slug}`, asked, region, errors, boxes, words);
  }

  @Get('offers/:region/:slug')
  async offer(
    @Param('region') regionSlug: string,
    @Param('slug') slug: string,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
  ): Promise<PageResult | RedirectResult> {
    const words = this.renderer.wordsFor(request);
    const offer = slug.length <= 200 ? await this.details.offerBySlug(slug, await this.directory.freshness()) : null;
    if (!offer) {
      const business = slug.length <= 200 ? await this.details.businessOfEnded(slug) : null;
      const region = await this.questions.region(regionSlug);
      const back = region ? `/offers/${region.slug}` : '/offers';
      return page(
        'offers/offer-ended',
        { kind: business ? (business.withheld ? 'withheld' : 'ended') : 'unknown', business, listHref: back },
        // What is withheld may come back, so it is not gone (RFC 9110, section 15.5.11).
        { status: business && !business.withheld ? 410 : 404 },
      );
    }
    const regions = await this.questions.regions();
    const here = regions.find((region) => region.slug === regionSlug && offer.regionIds.includes(region.id));
    const first = regions.find(({ id }) => id === offer.regionId);
    if (!here) return redirect(`/offers/${first?.slug ?? onlineSlug}/${offer.line.slug}`, 301);
    const { boxes, usableAt, errors } = readTimeBoxes(query);
    const asked = usableAt === undefined ? null : askedTime(usableAt);
    const then = {
      action: `/offers/${here.slug}/${slug}#then`,
      told: asked && tellThen(offer.line.terms, asked, words),
    };
    const model = { ...(await this.presenter.offer(offer, here, words)), then, form: { ...boxes }, errors };
    return page('offers/offer', model, errors.length ? { status: 422 } : { publicFor });
  }

  @Get('businesses/:slug')
  async business(@Param('slug') slug: string, @Req() request: FastifyRequest): Promise<PageResult> {
    const business = slug.length <= 200 ? await this.details.business(slug, await this.directory.freshness()) : null;
    if (!business)
      return page('offers/offer-ended', { kind: 'unknown', business: null, listHref: '/offers' }, { status: 404 });
    if (!business.mayBeShown) return page('offers/business-not-listed', { name: business.name }, { status: 404 });
    return page('offers/business', await this.presenter.business(business, this.renderer.wordsFor(request)), {
      publicFor,
    });
  }

  private async landing(words: Words) {
    const { byRegion, offers, businesses } = await this.counts.current();
    const regions = (await this.questions.regions())
      .filter(({ id }) => id !== onlineRegionId || byRegion.has(id))
      .map(({ id, slug, name }) => ({
        href: `/offers/${slug}`,
        name: name ?? words.t('offers:online'),
        count: byRegion.get(id) ?? 0,
      }));
    const { categories, form, distances } = await this.filters.model('/offers', {}, null, words);
    return { regions, offers, businesses, categories, form, distances };
  }

  private async list(
    path: string,
    first: OffersAsked,
    region: ListedRegion | null,
    errors: FieldError[],
    boxes: TimeBoxes,
    words: Words,
  ): Promise<PageResult> {
    let asked: OffersAsked = { ...first, limit: pageSize };
    let query;
    for (;;) {
      try {
        query = await this.questions.read(asked);
        break;
      } catch (problem) {
        asked = this.filters.without(asked, problem, errors);
      }
    }
    const simple = !query.townSlug && !query.words && !query.near && !query.usableAt;
    const counts = await this.counts.current();
    const [found, total, corrected] = await Promise.all([
      this.directory.list(query),
      simple ? null : query.usableAt ? null : this.directory.count(query),
      query.words?.length ? this.directory.corrected(query.words) : null,
    ]);
    const known = query.categoryId
      ? region
        ? counts.of(region.id, query.categoryId)
        : (counts.byCategory.get(query.categoryId) ?? 0)
      : region
        ? (counts.byRegion.get(region.id) ?? 0)
        : counts.offers;
    const regions = new Map((await this.questions.regions()).map((each) => [each.id, each]));
    const shown = await Promise.all(
      found.offers.map((offer) => this.cards.card(offer, regions.get(offer.regionId)?.slug ?? onlineSlug, words)),
    );
    const filter = await this.filters.model(path, asked, region, words, boxes);
    const regionName = region ? (region.name ?? words.t('offers:online')) : null;
    const changed =
      corrected && query.words && corrected.join(' ') !== query.words.join(' ') ? corrected.join(' ') : null;
    const { cursor, region: _, limit: __, ...kept } = asked;
    const model = {
      path,
      regionName,
      titleKey: region ? (region.id === onlineRegionId ? 'online' : 'region') : 'everywhere',
      // Where a time was asked about, an offer's own page answers for that time too.
      cards: shown.map((card) => ({ ...card, href: addressOf(card.href, { usableAt: asked.usableAt }) })),
      total: simple ? known : total !== null && total > Directory.mostCounted ? null : total,
      countKnown: simple || total !== null,
      many: total !== null && total > Directory.mostCounted ? Directory.mostCounted : null,
      near: asked.near?.toUpperCase() ?? null,
      corrected: changed,
      later: cursor !== undefined,
      nextHref: found.next ? addressOf(path, { ...kept, cursor: found.next }) : null,
      firstHref: addressOf(path, kept),
      filter,
      form: filter.form,
      errors,
      onlineCount: region && region.id !== onlineRegionId ? (counts.byRegion.get(onlineRegionId) ?? 0) : 0,
      elsewhere: shown.length === 0 && !cursor ? await this.elsewhere.suggest(query, region, words) : [],
    };
    return page('offers/list', model, { status: errors.length ? 422 : 200, ...(errors.length ? {} : { publicFor }) });
  }
}
