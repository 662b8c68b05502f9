import { Categories, Lead } from '@carers/businesses';
import type { Tx } from '@carers/database';
import { addDays, Clock } from '@carers/kernel';
import { SchemeService, type SchemeRegion, type Town } from '@carers/places';
import { Leaflet, LeadSupport, PlaceVote, RecruitingLead, Recruitment } from '@carers/recruiting';
import { Injectable } from '@nestjs/common';
import { type DemoSuggestion, readSuggestions } from '../data-files.js';
import { demoActor } from '../demo-marks.js';
import type { DemoPart } from '../demo-part.js';
import { DemoPast, insertAll } from '../demo-past.js';

interface Holder {
  id: string;
  regionId: string;
}

/** Carers of the demo who said what they miss. */
const wishers = 120;

/** What people would like to use the card at: suggested businesses, wishes, and a leaflet that brought one. */
@Injectable()
export class RecruitingPart implements DemoPart {
  readonly name = 'recruiting';

  constructor(
    private readonly clock: Clock,
    private readonly schemes: SchemeService,
    private readonly categories: Categories,
  ) {}

  async prepare() {
    const [suggestions, regions, categories] = await Promise.all([
      readSuggestions(),
      this.schemes.regions(),
      this.categories.all(),
    ]);
    const kinds = new Map(categories.map(({ slug, id }) => [slug, id]));
    return async (tx: Tx) => {
      const past = new DemoPast(this.clock.now(), 'recruiting');
      const holders = await tx.query<Holder[]>(
        `SELECT cardholder.id, region_id AS "regionId" FROM cardholder JOIN card ON card.cardholder_id = cardholder.id
          WHERE left_at IS NULL AND status = 'active' ORDER BY cardholder.joined_at, cardholder.id LIMIT ${wishers}`,
      );
      for (const told of suggestions) await this.suggest(tx, past, told, { regions, kinds, holders });
      await this.wish(tx, past, { regions, kinds: [...kinds.values()], holders });
      await this.bring(tx, past, holders[0]!);
      await past.writeEvents(tx);
      return `${suggestions.length} businesses that carers suggested, and what ${holders.length} of them miss`;
    };
  }

  private async suggest(
    tx: Tx,
    past: DemoPast,
    told: DemoSuggestion,
    known: { regions: readonly SchemeRegion[]; kinds: ReadonlyMap<string, string>; holders: Holder[] },
  ): Promise<void> {
    const region = known.regions.find(({ towns }) => towns.some(({ slug }) => slug === told.town));
    const town = region?.towns.find(({ slug }) => slug === told.town);
    if (!region || !town) throw new Error(`${told.name}: the demo's scheme has no town "${told.town}".`);
    const at = past.daysAgo(past.between(30, 60));
    const id = past.id(at);
    const ended = told.stage === 'no_answer' || told.stage === 'declined';
    await tx.insert(Lead, {
      ...{
        id,
        kind: 'suggestion',
        businessName: told.name,
        categoryId: known.kinds.get(told.category)!,
        town: town.name,
      },
      ...{ contactName: null, contactEmail: null, contactEmailHash: null, contactPhone: null },
      ...{ createdAt: at, closedAt: ended ? past.after(at, 20) : null },
    });
    await tx.insert(RecruitingLead, {
      ...{ leadId: id, regionId: region.id, postcode: null, source: 'cardholder', askFor: null, stage: told.stage },
      ...{ stageSince: past.after(at, 20), nextOn: told.stage === 'contacted' ? addDays(past.today, 3) : null },
      ...{ assigneeId: null, businessId: null, mergedInto: null, supporters: told.carers, others: told.others },
      ...{ lastAskedAt: past.after(at, 25), forgottenAt: null },
    });
    const supports = Array.from({ length: told.carers + told.others }, (_, index) => {
      const byCarer = index < told.carers;
      return Object.assign(new LeadSupport(), {
        ...{ id: past.id(past.after(at, 25)), leadId: id, kind: byCarer ? 'cardholder' : 'public' },
        ...{ cardholderId: byCarer ? known.holders[index]!.id : null, saidName: told.name },
        ...{ why: index === 0 ? told.why : null, givenAt: past.after(at, 25) },
      });
    });
    await insertAll(tx, LeadSupport, supports);
    past.note(at, 'lead.kept', 'lead', id, demoActor);
  }

  private async wish(
    tx: Tx,
    past: DemoPast,
    known: { regions: readonly SchemeRegion[]; kinds: string[]; holders: Holder[] },
  ): Promise<void> {
    const votes = known.holders.flatMap((holder) => {
      const region = known.regions.find(({ id }) => id === holder.regionId)!;
      const town: Town | null = past.often(70) && region.towns.length > 0 ? past.chance.pick(region.towns) : null;
      const wanted = new Set(Array.from({ length: past.between(1, 3) }, () => past.chance.pick(known.kinds)));
      return [...wanted].map((categoryId) =>
        Object.assign(new PlaceVote(), {
          ...{ cardholderId: holder.id, categoryId, regionId: region.id, townId: town?.id ?? null },
          votedAt: past.daysAgo(past.between(1, 90)),
        }),
      );
    });
    await insertAll(tx, PlaceVote, votes);
  }

  /** The first cardholder's leaflet has brought the first business of their region. */
  private async bring(tx: Tx, past: DemoPast, holder: Holder): Promise<void> {
    const at = past.daysAgo(80);
    const id = past.id(at);
    await tx.insert(Leaflet, {
      ...{ id, code: 'DM2C4R', kind: 'cardholder', cardholderId: holder.id, leadId: null, label: null },
      ...{ regionId: holder.regionId, madeAt: at, downloads: 2, thanksWanted: true },
      firstDownloadedOn: addDays(past.today, -80),
    });
    const [business] = await tx.query<{ id: string }[]>(
      `SELECT business.id FROM business JOIN branch ON branch.business_id = business.id
        WHERE business.status = 'published' AND branch.region_id = $1 ORDER BY business.name LIMIT 1`,
      [holder.regionId],
    );
    if (!business) return;
    await tx.query(`UPDATE business SET recruited_by_code = 'DM2C4R' WHERE id = $1`, [business.id]);
    await tx.insert(Recruitment, {
      ...{ businessId: business.id, leafletId: id, leadId: null, thankedAt: past.daysAgo(60) },
      ...{ publishedOn: addDays(past.today, -60), firstUsedOn: addDays(past.today, -52) },
    });
  }
}
