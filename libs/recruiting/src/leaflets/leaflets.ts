import { type Actor, Audit } from '@carers/audit';
import { type Cardholder, Cardholders } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { Chance, Clock, Ids, isUuid, newPrintedCode } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { LeafletNotFound, NoCardThatWorks } from '../recruiting.problems.js';
import { Leaflet } from './leaflet.entity.js';

/** A place that somebody brought, as they are told of it. */
export interface BroughtPlace {
  name: string;
  slug: string;
  publishedOn: string;
  /** Whether it is still in the directory. */
  live: boolean;
}

/** Leaflets and their codes: each cardholder has one, staff make as many as they have places to put them. */
@Injectable()
export class Leaflets {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly chance: Chance,
    private readonly audit: Audit,
    private readonly cardholders: Cardholders,
  ) {}

  /** Those cardholders of an account whose card works, who joined first first. */
  async holdersOf(accountId: string): Promise<Cardholder[]> {
    const held = await this.cardholders.ofAccount(accountId);
    const today = this.clock.today();
    return held.filter(({ card }) => card.kind !== 'test' && card.worksOn(today)).map(({ cardholder }) => cardholder);
  }

  /** The first of them. @throws NoCardThatWorks */
  async holderOf(accountId: string): Promise<Cardholder> {
    const [first] = await this.holdersOf(accountId);
    if (!first) throw new NoCardThatWorks();
    return first;
  }

  /** A cardholder's own leaflet. It is made when it is first asked for, and stays the same for ever. */
  async ofCardholder(cardholder: Pick<Cardholder, 'id' | 'regionId'>): Promise<Leaflet> {
    const made = await this.database.reader.findOneBy(Leaflet, { cardholderId: cardholder.id });
    if (made) return made;
    return this.database.transaction(async (tx) => {
      await this.make(tx, { kind: 'cardholder', cardholderId: cardholder.id, regionId: cardholder.regionId });
      // Asked for twice at once, the first is kept.
      return tx.findOneByOrFail(Leaflet, { cardholderId: cardholder.id });
    });
  }

  /** The leaflet of a letter to one business. */
  async ofLetter(tx: Tx, lead: { leadId: string; regionId: string | null; label: string }): Promise<Leaflet> {
    const { leadId, regionId, label } = lead;
    const made = await tx.findOneBy(Leaflet, { leadId });
    if (made) return made;
    await this.make(tx, { kind: 'letter', leadId, regionId, label });
    return tx.findOneByOrFail(Leaflet, { leadId });
  }

  /** One of the scheme's own, named for where it will lie. */
  async makeForStaff(label: string, regionId: string | null, actor: Actor): Promise<Leaflet> {
    return this.database.transaction(async (tx) => {
      const id = await this.make(tx, { kind: 'staff', label, regionId });
      await this.audit.record(tx, { action: 'leaflet.made', subject: { kind: 'leaflet', id }, actor });
      return tx.findOneByOrFail(Leaflet, { id });
    });
  }

  /** The scheme's own, the newest first. */
  async ofStaff(limit = 100): Promise<Leaflet[]> {
    return this.database.reader.find(Leaflet, { where: { kind: 'staff' }, order: { id: 'DESC' }, take: limit });
  }

  /** @throws LeafletNotFound unless it is one of the scheme's own */
  async staffLeaflet(id: string): Promise<Leaflet> {
    const where = { id, kind: In(['staff', 'letter']) };
    const leaflet = isUuid(id) ? await this.database.reader.findOneBy(Leaflet, where) : null;
    if (!leaflet) throw new LeafletNotFound();
    return leaflet;
  }

  /** Counts that it was fetched to print. */
  async countDownload(leafletId: string): Promise<void> {
    await this.database.transaction((tx) =>
      tx.query(
        `UPDATE leaflet SET downloads = downloads + 1, first_downloaded_on = coalesce(first_downloaded_on, $2)
          WHERE id = $1`,
        [leafletId, this.clock.today()],
      ),
    );
  }

  /** Whether its owner wants to be told when a place that they brought joins. Saying so twice changes nothing. */
  async wantThanks(cardholderId: string, wanted: boolean, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const changed = await tx.update(Leaflet, { cardholderId, thanksWanted: !wanted }, { thanksWanted: wanted });
      if (!changed.affected) return;
      const action = wanted ? 'cardholder.wants-thanks' : 'cardholder.wants-no-thanks';
      await this.audit.record(tx, { action, subject: { kind: 'cardholder', id: cardholderId }, actor });
    });
  }

  /** How many places these cardholders brought that are in the directory. */
  async countBrought(cardholderIds: readonly string[]): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM recruitment JOIN leaflet ON leaflet.id = leaflet_id
         JOIN business ON business.id = business_id AND business.status = 'published'
        WHERE leaflet.cardholder_id = ANY ($1::uuid[])`,
      [cardholderIds],
    );
    return row!.count;
  }

  /** The places that a cardholder brought, the newest first, at most 50. */
  async broughtBy(cardholderId: string): Promise<BroughtPlace[]> {
    return this.database.query<BroughtPlace>(
      `SELECT business.name, business.slug, recruitment.published_on::text AS "publishedOn",
              business.status = 'published' AS live
         FROM leaflet JOIN recruitment ON recruitment.leaflet_id = leaflet.id
         JOIN business ON business.id = recruitment.business_id
        WHERE leaflet.cardholder_id = $1 ORDER BY recruitment.published_on DESC, business.id LIMIT 50`,
      [cardholderId],
    );
  }

  /** Draws codes until one is free, and gives the id; a cardholder or lead that has one already keeps it. */
  private async make(tx: Tx, facts: Pick<Leaflet, 'kind'> & Partial<Leaflet>): Promise<string> {
    for (;;) {
      const leaflet = {
        cardholderId: null,
        leadId: null,
        label: null,
        regionId: null,
        ...facts,
        id: this.ids.next(),
        code: newPrintedCode(this.chance),
        madeAt: this.clock.now(),
        downloads: 0,
        firstDownloadedOn: null,
        thanksWanted: false,
      };
      await tx.createQueryBuilder().insert().into(Leaflet).values(leaflet).orIgnore().execute();
      const { id, cardholderId, leadId } = leaflet;
      if (await tx.existsBy(Leaflet, { id })) return id;
      // Not saved: either its owner has one already, or the code is another's and the next one is tried.
      const mine = cardholderId ? { cardholderId } : leadId ? { leadId } : null;
      if (mine && (await tx.existsBy(Leaflet, mine))) return id;
    }
  }
}
