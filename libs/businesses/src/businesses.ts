import { type Actor, Audit } from '@carers/audit';
import { Database, keyedHash, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import type { Branch } from './branch.entity.js';
import { Branches, type PlacedBranch } from './branches.js';
import { BusinessEvents } from './business-events.js';
import { Business, type BusinessKind } from './business.entity.js';
import { BusinessNotFound } from './businesses.problems.js';
import { freeSlug } from './free-slug.js';
import { lockedBusiness } from './locked-business.js';
import { slugFrom } from './slug.js';

/** What a business says about itself. */
export interface BusinessFacts {
  name: string;
  kind: BusinessKind;
  categoryId: string;
  summary?: string | null;
  website?: string | null;
  contactName: string;
  contactEmail: string;
  contactPhone?: string | null;
}

/** What is asked once, when it joins. */
export interface NewBusinessFacts extends BusinessFacts {
  worksInHomes?: boolean;
  /** The leaflet code of the cardholder who brought it. */
  recruitedByCode?: string | null;
}

/** Businesses: made, changed, leaving. How they join is in `Joining`, what staff decide in `Moderation`. */
@Injectable()
export class Businesses {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly branches: Branches,
    private readonly events: BusinessEvents,
  ) {}

  /**
   * A business and its branches, saved as a draft. `submit` hands it to the staff.
   * @param branches each from `Branches.place`
   */
  async draft(
    tx: Tx,
    facts: NewBusinessFacts,
    branches: readonly PlacedBranch[],
    actor: Actor,
  ): Promise<{ business: Business; branches: Branch[] }> {
    const business = tx.create(Business, {
      ...columnsOf(facts),
      id: this.ids.next(),
      slug: await freeSlug(tx, 'business', slugFrom(facts.name, 'business')),
      worksInHomes: facts.worksInHomes ?? false,
      homeVisitsUntil: null,
      recruitedByCode: facts.recruitedByCode ?? null,
      status: 'draft',
      createdAt: this.clock.now(),
      submittedAt: null,
      decidedAt: null,
      decisionReason: null,
      leftAt: null,
      lastConfirmedOn: null,
    });
    await tx.insert(Business, business);
    await this.note(tx, 'business.drafted', business.id, actor);
    const made: Branch[] = [];
    for (const branch of branches) made.push(await this.branches.insert(tx, business, branch, actor));
    return { business, branches: made };
  }

  /** Hands a draft, or a declined business that was put right, to the staff. @throws BusinessStatusForbids, BusinessNotReady */
  async submit(tx: Tx, businessId: string, actor: Actor): Promise<Business> {
    const business = await lockedBusiness(tx, businessId);
    business.submit(await this.branches.count(tx, businessId), this.clock.now());
    business.lastConfirmedOn = this.clock.today();
    await tx.save(business);
    await this.note(tx, 'business.submitted', businessId, actor);
    return business;
  }

  /** Changes what a business says about itself. Its slug stays. @throws BusinessNotFound, BusinessStatusForbids */
  async edit(businessId: string, facts: BusinessFacts, actor: Actor): Promise<void> {
    await this.change(businessId, 'business.edited', actor, (business) => {
      business.mustBeEditable();
      Object.assign(business, columnsOf(facts));
    });
  }

  /** Its owner says that everything is still right today. @throws BusinessNotFound, BusinessStatusForbids */
  async confirm(businessId: string, actor: Actor): Promise<void> {
    await this.change(businessId, 'business.confirmed', actor, (business) => business.confirm(this.clock.today()));
  }

  /** It leaves the scheme; its offers are gone from the directory and the tills at once. @throws BusinessStatusForbids */
  async leave(businessId: string, actor: Actor): Promise<void> {
    await this.change(businessId, 'business.left', actor, async (business, tx) => {
      business.leave(this.clock.now());
      await this.events.announce(tx, 'left', { businessId, actor });
    });
  }

  /** The business, its row locked until the transaction ends. @throws BusinessNotFound */
  async locked(tx: Tx, businessId: string): Promise<Business> {
    return lockedBusiness(tx, businessId);
  }

  /** @param through the transaction at hand, where there is one @throws BusinessNotFound */
  async get(businessId: string, through: EntityManager = this.database.reader): Promise<Business> {
    const business = await through.findOneBy(Business, { id: businessId });
    if (!business) throw new BusinessNotFound();
    return business;
  }

  /** Those of the ids that are there, by name. */
  async some(ids: readonly string[]): Promise<Business[]> {
    if (ids.length === 0) return [];
    return this.database.reader.find(Business, { where: { id: In(ids) }, order: { name: 'ASC', id: 'ASC' } });
  }

  private async change(
    businessId: string,
    action: string,
    actor: Actor,
    work: (business: Business, tx: Tx) => void | Promise<void>,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const business = await lockedBusiness(tx, businessId);
      await work(business, tx);
      await tx.save(business);
      await this.note(tx, action, businessId, actor);
    });
  }

  private async note(tx: Tx, action: string, id: string, actor: Actor): Promise<void> {
    await this.audit.record(tx, { action, subject: { kind: 'business', id }, actor });
  }
}

/** The columns of what a business says about itself. */
export function columnsOf(facts: BusinessFacts) {
  return {
    name: facts.name,
    kind: facts.kind,
    categoryId: facts.categoryId,
    summary: facts.summary ?? null,
    website: facts.website ?? null,
    contactName: facts.contactName,
    contactEmail: facts.contactEmail,
    contactEmailHash: keyedHash(facts.contactEmail.toLowerCase(), 'email'),
    contactPhone: facts.contactPhone ?? null,
  };
}
