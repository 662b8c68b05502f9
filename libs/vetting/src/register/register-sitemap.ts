import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { SitemapParts } from '@carers/offers';
import { Injectable, type OnModuleInit } from '@nestjs/common';

/** Businesses that hold an accreditation today: others are in the register, but search engines are to forget them. */
const held = `FROM business WHERE status IN ('submitted', 'published') AND EXISTS (
  SELECT FROM standing WHERE standing.business_id = business.id AND accredited AND accredited_until >= $1)`;

/** Lets search engines find the pages of the register. */
@Injectable()
export class RegisterSitemap implements OnModuleInit {
  constructor(
    private readonly parts: SitemapParts,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.parts.add({
      name: 'register',
      count: async () => {
        const [row] = await this.database.query<{ count: number }>(`SELECT count(*)::int AS count ${held}`, [
          this.clock.today(),
        ]);
        return row!.count;
      },
      paths: async (from, limit) => {
        const rows = await this.database.query<{ slug: string }>(`SELECT slug ${held} ORDER BY id OFFSET $2 LIMIT $3`, [
          this.clock.today(),
          from,
          limit,
        ]);
        return rows.map(({ slug }) => `/register/${slug}`);
      },
    });
  }
}
