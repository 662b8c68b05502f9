import { SignedIn, Who } from '@carers/access';
import { Categories } from '@carers/businesses';
import type { Cardholder } from '@carers/cards';
import {
  choices,
  errorsOf,
  page,
  type PageModel,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
} from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { Leaflets } from '../leaflets/leaflets.js';
import { Votes } from './votes.js';

/** What a carer would like to find near them. */
@SignedIn()
@ApiExcludeController()
@Controller('account/places-wanted')
export class AccountWishesPages {
  constructor(
    private readonly votes: Votes,
    private readonly holders: Leaflets,
    private readonly categories: Categories,
    private readonly schemes: SchemeService,
  ) {}

  @Get()
  async show(@Who() who: Who): Promise<PageResult> {
    const holder = await this.holders.holderOf(who.accountId);
    const [wishes, categories] = await Promise.all([this.votes.of(holder.id), this.categories.all()]);
    const places = await this.places();
    const here = wishes ?? { regionId: holder.regionId, townId: null, categoryIds: [] };
    const chosen = categories.filter(({ id }) => here.categoryIds.includes(id)).map(({ slug }) => slug);
    const place = places.find(({ regionId, townId }) => regionId === here.regionId && townId === here.townId);
    return this.wishPage(holder, { form: { categories: chosen, place: place?.value } });
  }

  @Post()
  async save(@Who() who: Who, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const holder = await this.holders.holderOf(who.accountId);
    const categories = await this.categories.all();
    const slugs = categories.map(({ slug }) => slug) as [string, ...string[]];
    const places = await this.places();
    const form = z.object({
      place: z
        .string({ error: 'recruiting:errors.region-missing' })
        .refine((value) => places.some((each) => each.value === value), {
          error: 'recruiting:errors.region-missing',
        }),
      categories: choices(slugs),
    });
    const read = await readForm(form, body);
    if (read.errors) return this.wishPage(holder, read);
    const { regionId, townId } = places.find(({ value }) => value === read.value.place)!;
    const categoryIds = categories.filter(({ slug }) => read.value.categories.includes(slug)).map(({ id }) => id);
    try {
      await this.votes.cast(holder, { categoryIds, regionId, townId }, who.actor('carer'));
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.wishPage(holder, { form: read.form, errors });
    }
    return redirect('/account/places-wanted', 303, { notice: 'recruiting:wishes.saved' });
  }

  private async wishPage(holder: Cardholder, model: PageModel): Promise<PageResult> {
    const [categories, regions, places] = await Promise.all([
      this.categories.all(),
      this.schemes.regions(),
      this.places(),
    ]);
    // One's own part of the county first.
    const own = (regionId: string) =>
      regionId === holder.regionId ? -1 : regions.findIndex(({ id }) => id === regionId);
    return page('recruiting/account/wishes', {
      ...model,
      most: Votes.most,
      categories: categories.map(({ slug }) => slug),
      places: [...places].sort((one, other) => own(one.regionId) - own(other.regionId)),
    });
  }

  /** Every region and every town of it, as choices of one list. */
  private async places() {
    return (await this.schemes.regions()).flatMap(({ id: regionId, slug, name, towns }) => [
      { value: slug, regionId, townId: null as string | null, text: name, region: true },
      ...towns.map((town) => ({
        value: `${slug}.${town.slug}`,
        regionId,
        townId: town.id as string | null,
        text: `${town.name}, ${name}`,
        region: false,
      })),
    ]);
  }
}
