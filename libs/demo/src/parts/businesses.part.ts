import {
  accessibilityFrom,
  Branch,
  Branches,
  Business,
  BusinessTerms,
  Categories,
  type PlacedBranch,
  slugFrom,
} from '@carers/businesses';
import { keyedHash, type Tx } from '@carers/database';
import { addDays, Clock, dateInLondon } from '@carers/kernel';
import { parseOfferTerms } from '@carers/offer-rules';
import { Offer, OfferWording } from '@carers/offers';
import { Injectable } from '@nestjs/common';
import { type DemoBusiness, type DemoOffer, readBusinesses } from '../data-files.js';
import { DemoAccounts } from '../demo-accounts.js';
import { demoActor } from '../demo-marks.js';
import type { DemoPart } from '../demo-part.js';
import { DemoPast, insertAll } from '../demo-past.js';
import { PastAccounts } from '../past-accounts.js';
import { columns, insertColumns } from '../scale/insert-columns.js';

/** A business on its way into the database. */
interface Entering {
  told: DemoBusiness;
  row: Business;
  branches: Branch[];
  joined: Date;
}

/** Businesses with branches and offers, most of them live, a few waiting for the staff. */
@Injectable()
export class BusinessesPart implements DemoPart {
  readonly name = 'businesses';

  constructor(
    private readonly accounts: DemoAccounts,
    private readonly branches: Branches,
    private readonly categories: Categories,
    private readonly terms: BusinessTerms,
    private readonly wording: OfferWording,
    private readonly clock: Clock,
  ) {}

  async prepare() {
    const told = await readBusinesses();
    const categories = await this.categories.all();
    const terms = await this.terms.current();
    const placed = await Promise.all(told.map((business) => this.place(business)));
    return async (tx: Tx) => {
      const past = new DemoPast(this.clock.now(), 'businesses');
      const phones = phoneNumbers();
      const entering = told.map((business, index) => {
        const category = categories.find(({ slug }) => slug === business.category);
        if (!category) throw new Error(`${business.name}: there is no category "${business.category}".`);
        return enter(past, business, category.id, placed[index]!, phones);
      });
      await tx.query(`SET LOCAL offers.relist = 'off'`);
      const staff = await this.accounts.staff(tx, 'registrar');
      const offers = this.offersOf(past, entering);
      await insertAll(
        tx,
        Business,
        entering.map(({ row }) => row),
      );
      await insertAll(
        tx,
        Branch,
        entering.flatMap((each) => each.branches),
      );
      await insertAll(tx, Offer, offers);
      await this.addOwners(tx, past, entering, terms);
      for (const { row, joined } of entering) {
        past.note(joined, 'business.submitted', 'business', row.id, demoActor);
        if (row.decidedAt) past.note(row.decidedAt, 'business.published', 'business', row.id, staff);
      }
      for (const { id, businessId, terms: agreed, revision, submittedAt, publishedAt } of offers) {
        const details = { businessId, revision, terms: agreed };
        past.note(submittedAt!, 'offer.submitted', 'offer', id, demoActor, { details });
        if (publishedAt) past.note(publishedAt, 'offer.published', 'offer', id, staff, { details });
      }
      await past.writeEvents(tx);
      await tx.query('SELECT relist_businesses(NULL)');
      return `${entering.length} businesses with ${offers.length} offers`;
    };
  }

  private place({ branches }: DemoBusiness): Promise<PlacedBranch[]> {
    return Promise.all(
      branches.map((branch) =>
        this.branches.place(
          branch.online
            ? { online: true, accessibility: branch.accessibility }
            : { ...branch, online: false, addressLines: branch.address },
        ),
      ),
    );
  }

  private offersOf(past: DemoPast, entering: Entering[]): Offer[] {
    const taken = new Set<string>();
    return entering.flatMap(({ told, row, branches, joined }) =>
      told.offers.map((offer) => {
        const content = { subject: offer.subject ?? null, terms: termsOf(told.name, offer, branches) };
        const text = this.wording.of(content);
        const live = row.status === 'published' && offer.status === 'published';
        const submitted = live || row.status === 'submitted' ? joined : past.daysAgo(past.between(0, 4));
        const published = live ? past.after(row.decidedAt!, 20) : null;
        return Object.assign(new Offer(), {
          id: offer.id ?? past.id(submitted),
          businessId: row.id,
          slug: freeSlug(taken, slugFrom(`${text.title} ${row.name}`, 'offer')),
          ...content,
          ...text,
          revision: 1,
          proposed: null,
          proposedAt: null,
          // Vetting releases what may be shown.
          status: !live ? ('submitted' as const) : row.worksInHomes ? ('withheld' as const) : ('published' as const),
          atHome: row.worksInHomes,
          withheldAt: live && row.worksInHomes ? published : null,
          declineReason: null,
          lastConfirmedOn: published ? confirmed(past, published) : null,
          createdAt: submitted,
          submittedAt: submitted,
          publishedAt: published,
          withdrawnAt: null,
        });
      }),
    );
  }

  /** An account for each owner, and the proof that they agreed to the terms. */
  private async addOwners(
    tx: Tx,
    past: DemoPast,
    entering: Entering[],
    terms: { version: string; inForceFrom: string },
  ): Promise<void> {
    const accounts = await PastAccounts.open(tx, past);
    const agreed = columns('id', 'business_id', 'version', 'accepted_at', 'account_id');
    for (const { row, joined } of entering) {
      const person = { name: row.contactName, email: row.contactEmail, mobile: null };
      const owner = accounts.add(joined, person, 'business_owner', { kind: 'business', id: row.id });
      const inForce = new Date(`${terms.inForceFrom}T10:00:00Z`);
      const at = joined > inForce ? joined : inForce;
      agreed.add(past.id(at), row.id, terms.version, at, owner);
    }
    await accounts.write(tx);
    await insertColumns(tx, 'terms_acceptance', agreed);
  }
}

function enter(
  past: DemoPast,
  told: DemoBusiness,
  categoryId: string,
  placed: PlacedBranch[],
  phones: Iterator<string>,
): Entering {
  const live = told.status === 'published';
  const joined = past.daysAgo(live ? past.between(40, 540) : past.between(0, 3));
  const decided = live ? past.after(joined, 4) : null;
  const slug = slugFrom(told.name, 'business');
  const email = told.email ?? `owner@${slug}.example`;
  const row = Object.assign(new Business(), {
    id: past.id(joined),
    slug,
    name: told.name,
    kind: told.kind,
    categoryId,
    summary: told.summary,
    website: `https://${email.split('@')[1]}/`,
    contactName: told.contact,
    contactEmail: email,
    contactEmailHash: keyedHash(email, 'email'),
    contactPhone: phones.next().value as string,
    status: told.status,
    worksInHomes: told.worksInHomes,
    recruitedByCode: null,
    createdAt: joined,
    submittedAt: joined,
    decidedAt: decided,
    decisionReason: null,
    leftAt: null,
    lastConfirmedOn: decided ? confirmed(past, decided) : null,
  });
  const taken = new Set<string>();
  const branches = placed.map((place, index) =>
    Object.assign(new Branch(), {
      ...place,
      id: past.id(joined),
      businessId: row.id,
      slug: freeSlug(taken, `${slug}-${slugFrom(place.town ?? 'online', 'branch')}`),
      name: place.name ?? (placed.length > 1 && place.town ? `${told.name}, ${place.town}` : told.name),
      phone: place.online ? null : (phones.next().value as string),
      accessibility: accessibilityFrom(told.branches[index]!.accessibility),
      createdAt: joined,
      closedAt: null,
    }),
  );
  return { told, row, branches, joined };
}

/** @throws Error that names the business, when the file holds terms that are not possible */
function termsOf(name: string, offer: DemoOffer, branches: Branch[]) {
  const { atTowns } = offer;
  const here = atTowns && branches.filter(({ town }) => atTowns.includes(town ?? ''));
  const parsed = parseOfferTerms({ ...offer.terms, ...(here && { branchIds: here.map(({ id }) => id) }) });
  if (!parsed.ok) throw new Error(`${name}: ${parsed.errors.map(({ field, code }) => `${field} ${code}`).join(', ')}`);
  return parsed.terms;
}

/** A day of the past three months on which the owner last said that all is right; not before it was published. */
function confirmed(past: DemoPast, published: Date): string {
  const first = dateInLondon(published);
  const day = addDays(past.today, -past.between(1, 90));
  return day > first ? day : first;
}

function freeSlug(taken: Set<string>, wanted: string): string {
  let slug = wanted;
  for (let number = 2; taken.has(slug); number++) slug = `${wanted}-${number}`;
  taken.add(slug);
  return slug;
}

/** Telephone numbers that ring nowhere: Ofcom keeps 01632 960000 to 960999 for stories. */
function* phoneNumbers(): Generator<string> {
  for (let number = 300; number < 1_000; number++) yield `01632 960${number}`;
}
