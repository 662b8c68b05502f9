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
  private picture: ((offerId: string) => string) | null = null;

  add(link: OfferLink): void {
    this.links.push(link);
  }

  /** A lib that draws pictures of offers tells where: for the preview that other sites show of a link. */
  showPicture(href: (offerId: string) => string): void {
    this.picture = href;
  }

  /** The address of an offer's picture, 1200 by 630; null where nobody draws one. */
  pictureOf(offerId: string): string | null {
    return this.picture?.(offerId) ?? null;
  }

  /** Those that lead somewhere for this offer. */
  async for(offerId: string): Promise<{ href: string; titleKey: string }[]> {
    const found = await Promise.all(
      this.links.map(async ({ href, titleKey }) => ({ href: await href(offerId), titleKey })),
    );
    return found.flatMap(({ href, titleKey }) => (href ? [{ href, titleKey }] : []));
  }
}
