import { AccessModule } from '@carers/access';
import { AuditModule } from '@carers/audit';
import { type Branch, Branches, Businesses, Categories, Moderation } from '@carers/businesses';
import { Database, DatabaseModule, KernelModule } from '@carers/database';
import { JobsModule } from '@carers/jobs';
import { Clock, SetClock } from '@carers/kernel';
import { MessagesModule } from '@carers/messages';
import type { OfferTerms } from '@carers/offer-rules';
import { DemoBrandModule, PagesModule } from '@carers/pages';
import { bundledScheme, SchemeService } from '@carers/places';
import { SettingsModule } from '@carers/settings';
import { Test, type TestingModule } from '@nestjs/testing';
import { testDatabase } from '../../../test/support/database.js';
import { testSettings } from '../../../test/support/settings.js';
import type { Offer } from './offer.entity.js';
import { Offers } from './offers.js';
import { OffersModule } from './offers.module.js';

/** For specs: offers, businesses and the demo scheme on a database of their own, with a clock that stands still. */
export class GivenOffers {
  readonly actor = { kind: 'system', id: 'test' } as const;

  private constructor(
    readonly app: Pick<TestingModule, 'get' | 'close'>,
    readonly clock: SetClock,
  ) {}

  static async start(at = '2026-11-21T12:00:00Z'): Promise<GivenOffers> {
    const clock = new SetClock(at);
    const app = await Test.createTestingModule({
      imports: [
        SettingsModule.with(testSettings(await testDatabase())),
        KernelModule,
        DatabaseModule.connectedAs('offers test'),
        JobsModule.for('asks'),
        AuditModule,
        AccessModule,
        DemoBrandModule,
        PagesModule,
        MessagesModule,
        OffersModule,
      ],
    })
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    await app.init();
    return GivenOffers.in(app, clock);
  }

  /** The same in an application that runs already. */
  static async in(app: Pick<TestingModule, 'get' | 'close'>, clock: SetClock): Promise<GivenOffers> {
    await app.get(SchemeService, { strict: false }).loadScheme(await bundledScheme('dorset'));
    return new GivenOffers(app, clock);
  }

  get database(): Database {
    return this.app.get(Database, { strict: false });
  }

  get offers(): Offers {
    return this.app.get(Offers, { strict: false });
  }

  /** A published business with branches at these postcodes; `online` among them is its online branch. */
  async business(
    name: string,
    postcodes: string[],
    options: { category?: string; published?: boolean; summary?: string; worksInHomes?: boolean } = {},
  ): Promise<{ id: string; slug: string; branches: Branch[] }> {
    const category = await this.app
      .get(Categories, { strict: false })
      .bySlug(options.category ?? 'eating-and-drinking');
    const businesses = this.app.get(Businesses, { strict: false });
    const placed = await Promise.all(
      postcodes.map((postcode) =>
        this.app.get(Branches, { strict: false }).place({
          online: postcode === 'online',
          postcode,
          addressLines: ['1 High Street'],
          phone: '01632 960555',
          accessibility: ['step_free'],
        }),
      ),
    );
    const { business, branches } = await this.database.transaction(async (tx) => {
      const made = await businesses.draft(
        tx,
        {
          name,
          kind: 'independent',
          categoryId: category!.id,
          summary: options.summary ?? null,
          contactName: 'Ade Wick',
          contactEmail: 'ade@owner.example',
          worksInHomes: options.worksInHomes ?? false,
        },
        placed,
        this.actor,
      );
      await businesses.submit(tx, made.business.id, this.actor);
      return made;
    });
    if (options.published !== false) await this.app.get(Moderation, { strict: false }).publish(business.id, this.actor);
    return { id: business.id, slug: business.slug, branches };
  }

  /** An offer of it, published a second after the one before so that lists have one order. */
  async offer(
    businessId: string,
    terms: Partial<OfferTerms> & Record<string, unknown> = {},
    subject: string | null = null,
  ): Promise<Offer> {
    const content = {
      subject,
      terms: {
        ...(terms.kind ? {} : { kind: 'percentage', percent: 10 }),
        who: 'carer',
        how: 'in_person',
        ...terms,
      } as OfferTerms,
    };
    const offer = await this.database.transaction(async (tx) => {
      const { id } = await this.offers.draft(tx, businessId, content, this.actor);
      return this.offers.submit(tx, id, this.actor);
    });
    this.clock.advance({ seconds: 1 });
    return this.offers.publish(offer.id, this.actor);
  }
}
