import { Injectable } from '@nestjs/common';

/** A page about an offer, as its lib announces it for the offer's own page. */
export interface OfferLink {
  /** Where it leads for an offer, the same for everybody who looks; null where there is nothing. */
  href: (offerId: string) => Promise<string | null>;
  /** Catalogue key of its name. */
  titleKey: string;
}

/** What an offer's public page leads to. Each lib adds its own when its web module starts (`onModuleInit`). */
@Injectable()
export class OfferLinks {
  private readonly links: OfferLink[] = [];

  add(link: OfferLink): void {
    this.links.push(link);
  }

  /** Those that lead somewhere for this offer. */
  async for(offerId: string): Promise<{ href: string; titleKey: string }[]> {
    const found = await Promise.all(
      this.links.map(async ({ href, titleKey }) => ({ href: await href(offerId), titleKey })),
    );
    return found.flatMap(({ href, titleKey }) => (href ? [{ href, titleKey }] : []));
  }
}
