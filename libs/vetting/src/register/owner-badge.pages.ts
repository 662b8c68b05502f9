import { For, Who } from '@carers/access';
import { Businesses, ownedBusiness, OwnerLinks } from '@carers/businesses';
import { BrandSource, page, type PageResult, PageRenderer } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Controller, Get, type OnModuleInit, Param, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { badgeSize } from './badge.js';
import { badgeWords } from './badge.controller.js';
import { Register } from './register.js';

/** The badge, for the owner of a business to put on their own site. */
@ApiExcludeController()
@Controller('business/:business/badge')
@For('business_owner')
export class OwnerBadgePages implements OnModuleInit {
  constructor(
    private readonly register: Register,
    private readonly businesses: Businesses,
    private readonly brands: BrandSource,
    private readonly settings: Settings,
    private readonly renderer: PageRenderer,
    private readonly links: OwnerLinks,
  ) {}

  onModuleInit(): void {
    this.links.add({
      // A trade has one from when it was checked on; whoever holds an award, for as long as it does.
      href: async ({ id, slug, homeVisitsUntil }) =>
        homeVisitsUntil !== null || (await this.register.inForce(slug)).length > 0 ? `/business/${id}/badge` : null,
      titleKey: 'vetting:badge.link',
    });
  }

  @Get()
  async show(@Who() who: Who, @Param('business') given: string, @Req() request: FastifyRequest): Promise<PageResult> {
    const business = await this.businesses.get(ownedBusiness(who, given));
    const entry = await this.register.entry(business.slug);
    const { name: scheme } = await this.brands.current();
    const words = entry && badgeWords(entry, this.renderer.wordsFor(request), scheme);
    const url = `${this.settings.publicUrl}/register/${business.slug}`;
    return page('vetting/register/owner-badge', {
      business: { id: business.id, name: business.name },
      url,
      keys: `${this.settings.publicUrl}/.well-known/jwks.json`,
      badge: words && { ...words, src: `/register/${business.slug}/badge.svg`, alt: `${words.says}. ${words.until}.` },
      snippet: words && snippet(url, `${business.name}. ${words.says}.`),
    });
  }
}

/** Without a date: the picture says until when, and is fetched anew. */
function snippet(url: string, alt: string): string {
  const { width, height } = badgeSize;
  return `<a href="${url}"><img src="${url}/badge.svg" alt="${attribute(alt)}" width="${width}" height="${height}"></a>`;
}

function attribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}
