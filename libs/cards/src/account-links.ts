import type { Who } from '@carers/access';
import { Injectable } from '@nestjs/common';

/** A page of a carer's own, as its lib announces it for the carer's home page. */
export interface AccountLink {
  /** Where it leads; or what finds that out for somebody, null where it is not for them. */
  href: string | ((who: Who) => Promise<string | null>);
  /** Catalogue key of its name; `<titleKey>-hint`, where there is one, says what is done there. */
  titleKey: string;
  /** Lower comes first. */
  order: number;
  /** What there is to say of a number behind the name: a catalogue key with plural forms. Nothing is said of none. */
  count?: (who: Who) => Promise<{ key: string; count: number }>;
}

/** A link as somebody sees it. */
export interface OpenAccountLink {
  href: string;
  titleKey: string;
  counted: { key: string; count: number } | null;
}

/** What `/account` leads to. Each lib adds its own when its web module starts (`onModuleInit`). */
@Injectable()
export class AccountLinks {
  private readonly links: AccountLink[] = [];

  add(link: AccountLink): void {
    this.links.push(link);
    this.links.sort((one, other) => one.order - other.order);
  }

  /** Those that lead somewhere for this person, in order. */
  async for(who: Who): Promise<OpenAccountLink[]> {
    const open = await Promise.all(
      this.links.map(async ({ href, titleKey, count }) => {
        const to = typeof href === 'string' ? href : await href(who);
        if (to === null) return null;
        const counted = count ? await count(who) : null;
        return { href: to, titleKey, counted: counted?.count ? counted : null };
      }),
    );
    return open.filter((link) => link !== null);
  }
}
