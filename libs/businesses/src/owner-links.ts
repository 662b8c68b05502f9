import { Injectable } from '@nestjs/common';
import type { Business } from './business.entity.js';

/** A page for the owner of a business, as its lib announces it for the business's page. */
export interface OwnerLink {
  /** Where it leads for a business; null where it is not for that one. */
  href: (business: Business) => string | null | Promise<string | null>;
  /** Catalogue key of its name; `<titleKey>-text` says what is done there. */
  titleKey: string;
}

/** What the page of a business leads its owner to. Each lib adds its own when its web module starts (`onModuleInit`). */
@Injectable()
export class OwnerLinks {
  private readonly links: OwnerLink[] = [];

  add(link: OwnerLink): void {
    this.links.push(link);
  }

  /** Those that are for this business. */
  async for(business: Business): Promise<{ href: string; titleKey: string; textKey: string }[]> {
    const addresses = await Promise.all(this.links.map(async ({ href }) => href(business)));
    return this.links.flatMap(({ titleKey }, at) => {
      const href = addresses[at];
      return href ? [{ href, titleKey, textKey: `${titleKey}-text` }] : [];
    });
  }
}
