import { Database } from '@carers/database';
import { Public } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Controller, Get, Header, NotFoundException, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Directory } from './directory.js';
import { onlineRegionId } from './listing.js';
import { Questions } from './questions.js';
import { SitemapParts } from './sitemap-parts.js';

/** Addresses in one file: sitemaps.org allows 50,000. */
const mostAddresses = 10_000;
const files = ['pages', 'offers', 'businesses'] as const;
const xml = 'application/xml; charset=utf-8';
const keep = 'public, max-age=3600';

/** What search engines may read, and where to begin (sitemaps.org 0.9, RFC 9309). */
@ApiExcludeController()
@Public()
@Controller()
export class SitemapController {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly questions: Questions,
    private readonly others: SitemapParts,
    private readonly settings: Settings,
  ) {}

  @Get('robots.txt')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', keep)
  robots(): string {
    const closed = ['/account', '/business/', '/c/', '/C/', '/dev/', '/preferences/', '/sign-in', '/staff', '/till'];
    return `User-agent: *\n${closed.map((path) => `Disallow: ${path}\n`).join('')}\nSitemap: ${this.settings.publicUrl}/sitemap.xml\n`;
  }

  @Get('sitemap.xml')
  @Header('content-type', xml)
  @Header('cache-control', keep)
  async index(): Promise<string> {
    const [counted] = await this.database.query<{ offers: number; businesses: number }>(
      `SELECT count(*)::int AS offers, count(DISTINCT business_id)::int AS businesses FROM offer_listing WHERE is_first`,
    );
    const own = { pages: 1, offers: counted?.offers ?? 0, businesses: counted?.businesses ?? 0 };
    const others = await Promise.all(this.others.all().map(async (part) => [part.name, await part.count()] as const));
    const names = [...files.map((file) => [file, own[file]] as const), ...others].flatMap(([file, count]) => {
      const number = Math.ceil(count / mostAddresses);
      return Array.from({ length: number }, (_, index) => `${file}-${index + 1}`);
    });
    const { publicUrl } = this.settings;
    return sitemap(
      'sitemapindex',
      names.map((name) => `<sitemap><loc>${escaped(`${publicUrl}/sitemaps/${name}.xml`)}</loc></sitemap>`),
    );
  }

  @Get('sitemaps/:file')
  @Header('content-type', xml)
  @Header('cache-control', keep)
  async part(@Param('file') name: string): Promise<string> {
    const match = /^([a-z]+)-([1-9]\d{0,3})\.xml$/.exec(name);
    const entries = match && (await this.entries(match[1]!, (Number(match[2]) - 1) * mostAddresses));
    if (!entries) throw new NotFoundException();
    return sitemap(
      'urlset',
      entries.map(({ path, on }) => {
        const changed = on ? `<lastmod>${on}</lastmod>` : '';
        return `<url><loc>${escaped(this.settings.publicUrl + path)}</loc>${changed}</url>`;
      }),
    );
  }

  private async entries(file: string, from: number): Promise<{ path: string; on?: string }[] | null> {
    if (file === 'pages') return this.pages();
    if (file === 'offers') return this.offers(from);
    if (file === 'businesses') return this.businesses(from);
    const other = this.others.all().find(({ name }) => name === file);
    return other ? (await other.paths(from, mostAddresses)).map((path) => ({ path })) : null;
  }

  private async pages(): Promise<{ path: string; on?: string }[]> {
    const regions = await this.questions.regions();
    return [
      '/',
      '/offers',
      ...regions.map(({ slug }) => `/offers/${slug}`),
      '/register',
      '/apply',
      '/for-business',
    ].map((path) => ({
      path,
    }));
  }

  private async offers(from: number): Promise<{ path: string; on: string }[]> {
    const { today, confirmedSince } = await this.directory.freshness();
    const slugs = new Map((await this.questions.regions()).map(({ id, slug }) => [id, slug]));
    const rows = await this.database.query<{ regionId: string; slug: string; on: string }>(
      `SELECT region_id AS "regionId", line ->> 'slug' AS slug, confirmed_on AS on FROM offer_listing
        WHERE is_first AND ends_on >= $1 AND confirmed_on >= $2 ORDER BY offer_id OFFSET $3 LIMIT $4`,
      [today, confirmedSince, from, mostAddresses],
    );
    return rows.map(({ regionId, slug, on }) => ({
      path: `/offers/${slugs.get(regionId) ?? slugs.get(onlineRegionId)!}/${slug}`,
      on,
    }));
  }

  private async businesses(from: number): Promise<{ path: string; on?: string }[]> {
    const rows = await this.database.query<{ slug: string }>(
      `SELECT slug FROM business WHERE status = 'published'
          AND id IN (SELECT business_id FROM offer_listing WHERE is_first AND ends_on >= $3)
        ORDER BY id OFFSET $1 LIMIT $2`,
      [from, mostAddresses, (await this.directory.freshness()).today],
    );
    return rows.map(({ slug }) => ({ path: `/businesses/${slug}` }));
  }
}

function sitemap(root: 'sitemapindex' | 'urlset', entries: string[]): string {
  const lines = entries.join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${lines}\n</${root}>\n`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
