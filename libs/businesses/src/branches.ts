import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { type Place, Places } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import { accessibilityFrom, type AccessibilityFact } from './accessibility.js';
import { Branch } from './branch.entity.js';
import type { Business } from './business.entity.js';
import { BranchNotFound, LastBranch, SecondOnlineBranch } from './businesses.problems.js';
import { freeSlug } from './free-slug.js';
import { lockedBusiness } from './locked-business.js';
import { slugFrom } from './slug.js';

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

/** The same with its place found: what a transaction needs, so that it never waits for anything but its own rows. */
export type PlacedBranch = Pick<
  Branch,
  'online' | 'addressLines' | 'postcode' | 'town' | 'regionId' | 'lat' | 'lng' | 'phone' | 'opening' | 'accessibility'
> & { name: string | null };

/** The places of businesses, and their online shops. */
@Injectable()
export class Branches {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly places: Places,
    private readonly audit: Audit,
  ) {}

  /**
   * Finds the region, town and position of a branch. Before the transaction: inside it, a look at the scheme would need
   * a second connection, and a full pool of transactions that wait for one would wait for ever.
   * @throws PostcodeNotValid, OutsideTerritory
   */
  async place(facts: BranchFacts): Promise<PlacedBranch> {
    return placedBranch(facts, facts.online ? null : await this.places.find(facts.postcode ?? ''));
  }

  /** @throws BusinessNotFound, BusinessStatusForbids, SecondOnlineBranch */
  async add(tx: Tx, businessId: string, branch: PlacedBranch, actor: Actor): Promise<Branch> {
    const business = await lockedBusiness(tx, businessId);
    business.mustBeEditable();
    return this.insert(tx, business, branch, actor);
  }

  /** A place stays a place and an online shop online. @throws BranchNotFound, BusinessStatusForbids, PostcodeNotValid, OutsideTerritory */
  async edit(businessId: string, branchId: string, facts: Omit<BranchFacts, 'online'>, actor: Actor): Promise<void> {
    const { online } = await this.one(businessId, branchId);
    const placed = await this.place({ ...facts, online });
    await this.database.transaction(async (tx) => {
      const business = await lockedBusiness(tx, businessId);
      business.mustBeEditable();
      const branch = await this.open(tx, businessId, branchId);
      Object.assign(branch, placed, { name: placed.name ?? business.name });
      await tx.save(branch);
      await this.note(tx, 'branch.edited', businessId, branchId, actor);
    });
  }

  /** Takes a place out of use. @throws BranchNotFound, LastBranch, BusinessStatusForbids */
  async close(businessId: string, branchId: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      // Two owners who each close one of the last two branches would leave none, so the business is locked.
      const business = await lockedBusiness(tx, businessId);
      business.mustBeEditable();
      const branch = await this.open(tx, businessId, branchId);
      if ((await this.count(tx, businessId)) === 1) throw new LastBranch();
      branch.closedAt = this.clock.now();
      await tx.save(branch);
      await this.note(tx, 'branch.closed', businessId, branchId, actor);
    });
  }

  /** Branches in use, oldest first. @param through the transaction at hand, where there is one */
  async of(businessId: string, through: EntityManager = this.database.reader): Promise<Branch[]> {
    return through.find(Branch, { where: { businessId, closedAt: IsNull() }, order: { id: 'ASC' } });
  }

  /** A branch in use of this business. @throws BranchNotFound */
  async one(businessId: string, branchId: string): Promise<Branch> {
    return this.open(this.database.reader, businessId, branchId);
  }

  /** How many branches are in use. */
  async count(tx: Tx, businessId: string): Promise<number> {
    return tx.countBy(Branch, { businessId, closedAt: IsNull() });
  }

  /** Adds a branch to a business whose row is locked or new. @throws SecondOnlineBranch */
  async insert(tx: Tx, business: Business, placed: PlacedBranch, actor: Actor): Promise<Branch> {
    if (placed.online) await this.mustHaveNoOnline(tx, business.id);
    const where = slugFrom(placed.town ?? 'online', 'branch');
    const branch = tx.create(Branch, {
      ...placed,
      name: placed.name ?? business.name,
      id: this.ids.next(),
      businessId: business.id,
      slug: await freeSlug(tx, 'branch', `${business.slug}-${where}`),
      createdAt: this.clock.now(),
      closedAt: null,
    });
    await tx.insert(Branch, branch);
    await this.note(tx, 'branch.added', business.id, branch.id, actor);
    return branch;
  }

  private async mustHaveNoOnline(tx: Tx, businessId: string): Promise<void> {
    if (await tx.existsBy(Branch, { businessId, online: true, closedAt: IsNull() })) throw new SecondOnlineBranch();
  }

  private async open(from: Pick<Tx, 'findOneBy'>, businessId: string, branchId: string): Promise<Branch> {
    const branch = await from.findOneBy(Branch, { id: branchId, businessId, closedAt: IsNull() });
    if (!branch) throw new BranchNotFound();
    return branch;
  }

  private async note(tx: Tx, action: string, businessId: string, branchId: string, actor: Actor): Promise<void> {
    await this.audit.record(tx, {
      action,
      subject: { kind: 'business', id: businessId },
      actor,
      details: { branchId },
    });
  }
}

/** A branch with its place, which is null for an online one. */
export function placedBranch(facts: BranchFacts, place: Place | null): PlacedBranch {
  return {
    name: facts.name ?? place?.town ?? null,
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
