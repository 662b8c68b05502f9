import { For, Who } from '@carers/access';
import { page, type PageResult } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Demand, smallest } from './demand.js';

/**
 * What carers wish for and where, against what there is. Those who only read figures are not told of fewer than five,
 * nor of sums from which fewer could be worked out.
 */
@For('registrar', 'administrator', 'commissioner')
@ApiExcludeController()
@Controller('staff/recruiting/demand')
export class StaffDemandPages {
  constructor(
    private readonly demand: Demand,
    private readonly schemes: SchemeService,
  ) {}

  @Get()
  async board(@Who() who: Who, @Query('region') slug?: unknown): Promise<PageResult> {
    const regions = await this.schemes.regions();
    const region = regions.find((each) => each.slug === slug) ?? null;
    const every = who.hasAnyRole(['registrar', 'administrator']);
    const lines = await this.demand.board(region?.id ?? null);
    const told = lines.map(({ votes, ...line }) => ({ ...line, votes: every || votes >= smallest ? votes : null }));
    // In order of the size of a gap, the hidden ones would tell of their size.
    const shown = every ? told : told.sort((one, other) => (other.votes ?? 0) - (one.votes ?? 0));
    return page('recruiting/staff/demand', {
      form: { region: region?.slug ?? '' },
      regions: regions.map((each) => ({ value: each.slug, text: each.name })),
      every,
      smallest,
      lines: shown.map(({ regionId, town, categorySlug, votes, businesses }) => ({
        place: town,
        region: regions.find(({ id }) => id === regionId)?.name ?? '',
        category: categorySlug,
        categoryKey: `businesses:categories.${categorySlug}`,
        votes,
        businesses,
        gap: businesses === 0,
      })),
    });
  }
}
