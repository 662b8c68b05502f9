import { type Actor, Audit } from '@carers/audit';
import { Database, keyedHash, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Places } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { accessibilityFrom, type AccessibilityFact } from './accessibility.js';
import { Branch } from './branch.entity.js';
import { BusinessEvents } from './business-events.js';
import { Business, type BusinessKind } from './business.entity.js';
import { BranchNotFound, BusinessNotFound, LastBranch } from './businesses.problems.js';
import { freeSlug } from './free-slug.js';
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
  worksInHomes?: boolean;
  recruitedByCode?: string | null;
}

/** What a business says about one of its places. An online branch has neither address nor postcode. */
export interface BranchFacts {
  /** Absent: the town; for an online branch the business's name. */
  name?: string | null;
  online: boolean;
  addressLines?: string[];
  /** As typed. */
  postcode?: string | null;
  phone?: string | null;
  opening?: string | null;
  accessibility: readonly AccessibilityFact[];
}

/** Businesses and their branches: joining, changing, leaving. What staff decide is in `Moderation`. */
@Injectable()
export class Businesses {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly places: Places,
    private readonly audit: Audit,
    private readonly events: BusinessEvents,
  ) {}

  /**
   * A business and its branches, saved as a draft. `submit` hands it to the staff.
   * @throws PostcodeNotValid, OutsideTerritory
   */
  async draft(
    tx: Tx,
    facts: BusinessFacts,
    branches: readonly BranchFacts[],
    actor: Actor,
  ): Promise<{ business: Business; branches: Branch[] }> {
    const business = tx.create(Business, {
      ...columnsOf(facts),
      id: this.ids.next(),
      slug: await freeSlug(tx, 'business', slugFrom(facts.name, 'business')),
      worksInHomes: facts.worksInHomes ?? false,
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
    for (const branch of branches) made.push(await this.insertBranch(tx, business, branch, actor));
    return { business, branches: made };
  }

  /** Hands a draft, or a declined business that was put right, to the staff. @throws BusinessStatusForbids, BusinessNotReady */
  async submit(tx: Tx, businessId: string, actor: Actor): Promise<Business> {
    const business = await this.locked(tx, businessId);
    business.submit(await tx.countBy(Branch, { businessId, closedAt: IsNull() }), this.clock.now());
    business.lastConfirmedOn = this.clock.today();
    await tx.save(business);
    await this.note(tx, 'business.submitted', businessId, actor);
    return business;
  }

  /** Changes what a business says about itself. Its slug stays. @throws BusinessNotFound, BusinessStatusForbids */
  async editDetails(businessId: string, facts: BusinessFacts, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const business = await this.locked(tx, businessId);
      business.mustBeEditable();
      Object.assign(business, columnsOf(facts));
      await tx.save(business);
      await this.note(tx, 'business.edited', businessId, actor);
    });
  }

  /** @throws BusinessNotFound, BusinessStatusForbids, PostcodeNotValid, OutsideTerritory */
  async addBranch(tx: Tx, businessId: string, facts: BranchFacts, actor: Actor): Promise<Branch> {
    const business = await this.locked(tx, businessId);
    business.mustBeEditable();
    return this.insertBranch(tx, business, facts, actor);
  }

  /** @throws BranchNotFound, BusinessStatusForbids, PostcodeNotValid, OutsideTerritory */
  async editBranch(businessId: string, branchId: string, facts: BranchFacts, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const business = await this.locked(tx, businessId);
      business.mustBeEditable();
      const branch = await this.openBranch(tx, businessId, branchId);
      Object.assign(branch, await this.placed({ ...facts, online: branch.online }, business.name));
      await tx.save(branch);
      await this.note(tx, 'branch.edited', businessId, actor, { branchId });
    });
  }

  /** Takes a place out of use. @throws BranchNotFound, LastBranch */
  async closeBranch(businessId: string, branchId: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      // Two owners closing one of the last two branches each would leave none, so the business is locked.
      await this.locked(tx, businessId);
      const branch = await this.openBranch(tx, businessId, branchId);
      if ((await tx.countBy(Branch, { businessId, closedAt: IsNull() })) === 1) throw new LastBranch();
      branch.closedAt = this.clock.now();
      await tx.save(branch);
      await this.note(tx, 'branch.closed', businessId, actor, { branchId });
    });
  }

  /** Its owner says that everything is still right today. @throws BusinessNotFound, BusinessStatusForbids */
  async confirm(businessId: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const business = await this.locked(tx, businessId);
      business.confirm(this.clock.today());
      await tx.save(business);
      await this.note(tx, 'business.confirmed', businessId, actor);
    });
  }

  /** It leaves the scheme; its offers are gone from the directory and the tills at once. @throws BusinessStatusForbids */
  async leave(businessId: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const business = await this.locked(tx, businessId);
      business.leave(this.clock.now());
      await tx.save(business);
      await this.note(tx, 'business.left', businessId, actor);
      await this.events.announce(tx, 'left', { businessId, actor });
    });
  }

  /** @throws BusinessNotFound */
  async get(businessId: string): Promise<Business> {
    const business = await this.database.reader.findOneBy(Business, { id: businessId });
    if (!business) throw new BusinessNotFound();
    return business;
  }

  /** Those of the ids that are there, by name. */
  async some(ids: readonly string[]): Promise<Business[]> {
    if (ids.length === 0) return [];
    return this.database.reader.find(Business, { where: { id: In(ids) }, order: { name: 'ASC', id: 'ASC' } });
  }

  /** Its branches in use, oldest first. */
  async branchesOf(businessId: string): Promise<Branch[]> {
    return this.database.reader.find(Branch, { where: { businessId, closedAt: IsNull() }, order: { id: 'ASC' } });
  }

  /** A branch in use of this business. @throws BranchNotFound */
  async branch(businessId: string, branchId: string): Promise<Branch> {
    return this.openBranch(this.database.reader, businessId, branchId);
  }

  /** The business, its row locked until the transaction ends. @throws BusinessNotFound */
  async locked(tx: Tx, businessId: string): Promise<Business> {
    const business = await tx.findOne(Business, { where: { id: businessId }, lock: { mode: 'pessimistic_write' } });
    if (!business) throw new BusinessNotFound();
    return business;
  }

  private async openBranch(from: Pick<Tx, 'findOneBy'>, businessId: string, branchId: string): Promise<Branch> {
    const branch = await from.findOneBy(Branch, { id: branchId, businessId, closedAt: IsNull() });
    if (!branch) throw new BranchNotFound();
    return branch;
  }

  private async insertBranch(tx: Tx, business: Business, facts: BranchFacts, actor: Actor): Promise<Branch> {
    const placed = await this.placed(facts, business.name);
    const where = slugFrom(placed.town ?? 'online', 'branch');
    const branch = tx.create(Branch, {
      ...placed,
      id: this.ids.next(),
      businessId: business.id,
      slug: await freeSlug(tx, 'branch', `${business.slug}-${where}`),
      createdAt: this.clock.now(),
      closedAt: null,
    });
    await tx.insert(Branch, branch);
    await this.note(tx, 'branch.added', business.id, actor, { branchId: branch.id });
    return branch;
  }

  /** The columns of a branch: its postcode normalised, its region, town and position found. */
  private async placed(facts: BranchFacts, businessName: string) {
    const place = facts.online ? null : await this.places.find(facts.postcode ?? '');
    return {
      name: facts.name ?? place?.town ?? businessName,
      online: facts.online,
      addressLines: facts.online ? [] : (facts.addressLines ?? []),
      postcode: place?.postcode ?? null,
      town: place?.town ?? null,
      regionId: place?.regionId ?? null,
      lat: place?.lat ?? null,
      lng: place?.lng ?? null,
      phone: facts.phone ?? null,
      opening: facts.opening ?? null,
      accessibility: accessibilityFrom(facts.accessibility),
    };
  }

  private async note(tx: Tx, action: string, id: string, actor: Actor, details = {}): Promise<void> {
    await this.audit.record(tx, { action, subject: { kind: 'business', id }, actor, details });
  }
}

function columnsOf(facts: BusinessFacts) {
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
