import type { Actor } from '@carers/audit';
import { type Branch, Branches, type Business, Businesses, Categories, Moderation } from '@carers/businesses';
import { type Card, type Cardholder, Cards, CardTokens, type NewCardholder } from '@carers/cards';
import { Database } from '@carers/database';
import type { OfferTerms } from '@carers/offer-rules';
import { type Offer, Offers } from '@carers/offers';
import { bundledScheme, Places, SchemeService } from '@carers/places';
import { Tills } from '@carers/till';
import type { TestApp } from './app.js';
import { type CaseWishes, type GivenCase, GivenCases } from './given-case.js';

const somebody: Actor = { kind: 'system', id: 'test' };

/** A card with what a test needs to show it. */
export interface GivenCard {
  card: Card;
  cardholder: Cardholder;
  /** Text of the phone's QR. */
  qr: string;
  /** Text of the printed QR. */
  printedQr: string;
}

/** A published business with one branch. */
export interface GivenBusiness {
  business: Business;
  branch: Branch;
}

/** The world of a test, built through the services. A test states only what it is about. */
export class Given {
  /** People and steps of vetting, for tests that go further than `case`. */
  readonly cases: GivenCases;

  /** @param written what becomes of a person's name or an address, so that a test of words knows it again */
  constructor(
    private readonly running: TestApp,
    private readonly written: (text: string) => string = (text) => text,
  ) {
    this.cases = new GivenCases(running, written);
  }

  /** The demo scheme's places, brand and policy. Everything else needs it first. */
  async scheme(): Promise<void> {
    await this.running.get(SchemeService).loadScheme(await bundledScheme('dorset'));
  }

  /** A cardholder of Bournemouth with a card issued today. */
  async card(person: Partial<NewCardholder> = {}, options: { test?: boolean } = {}): Promise<GivenCard> {
    const { regionId, postcode } = await this.running.get(Places).find(person.postcode ?? 'BH1 1AA');
    const issued = await this.running.get(Database).transaction((tx) =>
      this.running.get(Cards).issue(
        tx,
        {
          firstName: 'Margaret',
          lastName: 'Hale',
          birthDate: '1961-04-12',
          email: null,
          mobile: null,
          contactChannel: 'post',
          address: '1 Sea Road\nBournemouth',
          caringRoles: ['adult_carer'],
          ...person,
          postcode,
          regionId,
        },
        somebody,
        options,
      ),
    );
    const tokens = this.running.get(CardTokens);
    return {
      ...issued,
      qr: await tokens.urlFor(issued.card, 'phone'),
      printedQr: await tokens.urlFor(issued.card, 'printed'),
    };
  }

  /** A published café in Poole, or what is given instead. */
  async business(
    facts: { name?: string; category?: string; postcode?: string; worksInHomes?: boolean } = {},
  ): Promise<GivenBusiness> {
    const get = this.running.get.bind(this.running);
    const category = (await get(Categories).all()).find(
      ({ slug }) => slug === (facts.category ?? 'eating-and-drinking'),
    );
    const placed = await get(Branches).place({
      online: false,
      addressLines: [this.written('1 The Quay')],
      postcode: facts.postcode ?? 'BH15 1HJ',
      accessibility: ['step_free'],
    });
    const { business, branches } = await get(Database).transaction(async (tx) => {
      const made = await get(Businesses).draft(
        tx,
        {
          name: facts.name ?? 'The Quay Kitchen',
          kind: 'independent',
          categoryId: category!.id,
          contactName: this.written('Sam Owner'),
          contactEmail: 'owner@quay-kitchen.example',
          worksInHomes: facts.worksInHomes ?? false,
        },
        [placed],
        somebody,
      );
      await get(Businesses).submit(tx, made.business.id, somebody);
      return made;
    });
    await get(Moderation).publish(business.id, somebody);
    return { business, branch: branches[0]! };
  }

  /** A published offer: 10% off, unless other terms are given. */
  async offer(
    businessId: string,
    terms: Partial<OfferTerms> = {},
    subject: string | null = 'your meal',
  ): Promise<Offer> {
    const offers = this.running.get(Offers);
    const content = {
      subject,
      terms: {
        ...(!terms.kind && { kind: 'percentage', percent: 10 }),
        who: 'carer',
        how: 'in_person',
        ...terms,
      } as OfferTerms,
    };
    const draft = await this.running.get(Database).transaction(async (tx) => {
      const made = await offers.draft(tx, businessId, content, somebody);
      return offers.submit(tx, made.id, somebody);
    });
    return offers.publish(draft.id, somebody);
  }

  /** A vetting case in a state (`in_review` unless said), of a plumber unless a business is given. */
  async case(wishes: CaseWishes = {}): Promise<GivenCase> {
    const businessId =
      wishes.businessId ?? (await this.business({ name: 'Tap & Sons', category: 'home-and-garden' })).business.id;
    return this.cases.case(wishes, businessId);
  }

  /** The key of a new till of a branch. */
  async tillKey(branchId: string): Promise<string> {
    return (await this.running.get(Tills).create(branchId, 'Counter', somebody)).key;
  }
}
