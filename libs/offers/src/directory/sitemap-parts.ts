import { Injectable } from '@nestjs/common';

/** A list of public addresses, as its lib announces it for the sitemap. */
export interface SitemapPart {
  /** Of its files: lower-case letters, and none of the directory's own. */
  name: string;
  count: () => Promise<number>;
  /** Paths in an order that stays the same. */
  paths: (from: number, limit: number) => Promise<string[]>;
}

/** What search engines may read beside the directory. Each lib adds its own when its web module starts (`onModuleInit`). */
@Injectable()
export class SitemapParts {
  private readonly parts: SitemapPart[] = [];

  add(part: SitemapPart): void {
    this.parts.push(part);
  }

  all(): readonly SitemapPart[] {
    return this.parts;
  }
}
