import type { Actor } from '@carers/audit';
import {
  addressLinesOf,
  answersOf,
  type BranchFacts,
  Branches,
  BusinessTerms,
  Categories,
  type JoinDraft,
  JoinDrafts,
  Joining,
  Leads,
  type NewBusinessFacts,
} from '@carers/businesses';
import { Database, type Tx } from '@carers/database';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Offers } from '../offers.js';
import { type Answers, isOnline, isTrade, nextStep } from './join-flow.js';

/** What became of a registration; `incomplete` when a question is still open. */
export type JoinOutcome = 'joined' | 'waiting' | 'incomplete';

/** Turns the answers of a registration into a business with its first offer, or into a lead. */
@Injectable()
export class JoinSubmission {
  constructor(
    private readonly database: Database,
    private readonly drafts: JoinDrafts,
    private readonly joining: Joining,
    private readonly branches: Branches,
    private readonly categories: Categories,
    private readonly terms: BusinessTerms,
    private readonly leads: Leads,
    private readonly offers: Offers,
    private readonly schemes: SchemeService,
  ) {}

  /**
   * Sends a registration. Sent twice, at once or later, it stays one.
   * @throws PostcodeNotValid, OutsideTerritory, InvalidInput when what was answered is no longer possible
   */
  async send(draft: JoinDraft): Promise<JoinOutcome> {
    const answers = answersOf(draft) as Answers;
    if (sent(draft)) return outcomeOf(draft);
    if (nextStep(answers, (await this.terms.current()).version) !== null) return 'incomplete';
    const actor: Actor = { kind: 'link', id: draft.id };
    const work = isTrade(answers) ? this.lead(answers, actor) : await this.business(answers, actor);
    // Before the transaction: inside it, the notice to the staff must not wait for a second connection.
    await this.schemes.current();
    return this.database.transaction(async (tx) => {
      const locked = await this.drafts.locked(tx, draft.id);
      if (sent(locked)) return outcomeOf(locked);
      // Somebody with the same link changed an answer in this moment: they look at the check page again.
      if (locked.answers !== draft.answers) return 'incomplete';
      await this.drafts.close(tx, locked, await work(tx));
      return outcomeOf(locked);
    });
  }

  private async business(answers: Answers, actor: Actor) {
    const facts = await this.factsOf(answers);
    const placed = await this.branches.place(branchOf(answers));
    return async (tx: Tx) => {
      const { business } = await this.joining.register(tx, facts, [placed], answers.terms!.version, actor);
      const offer = await this.offers.draft(tx, business.id, answers.offer!, actor);
      await this.offers.submit(tx, offer.id, actor);
      return { businessId: business.id };
    };
  }

  private lead(answers: Answers, actor: Actor) {
    return async (tx: Tx) => {
      const category = await this.categories.bySlug(answers.category!.category);
      const facts = {
        kind: 'trade',
        businessName: answers.name!.name,
        categoryId: category?.id,
        ...answers.contact,
      } as const;
      return { leadId: await this.leads.keep(tx, facts, actor) };
    };
  }

  private async factsOf(answers: Answers): Promise<NewBusinessFacts> {
    const category = await this.categories.bySlug(answers.category!.category);
    return {
      name: answers.name!.name,
      kind: answers.kind!.kind,
      categoryId: category!.id,
      ...answers.contact!,
      summary: answers.about!.summary,
      website: answers.about!.website,
      recruitedByCode: answers.about!.leafletCode,
      worksInHomes: false,
    };
  }
}

/** The first branch of these answers. */
export function branchOf(answers: Answers): BranchFacts {
  if (isOnline(answers)) return { online: true, accessibility: [] };
  const place = answers.place!;
  return {
    online: false,
    addressLines: addressLinesOf(place),
    postcode: place.postcode,
    phone: place.phone,
    opening: place.opening,
    accessibility: answers.access?.accessibility ?? [],
  };
}

function sent(draft: JoinDraft): boolean {
  return draft.businessId !== null || draft.leadId !== null;
}

function outcomeOf(draft: JoinDraft): JoinOutcome {
  return draft.leadId === null ? 'joined' : 'waiting';
}
