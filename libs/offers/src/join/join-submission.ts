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
  type NewBusinessFacts,
} from '@carers/businesses';
import { Database, type Tx } from '@carers/database';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Offers } from '../offers.js';
import { type Answers, isOnline, isTrade, nextStep } from './join-flow.js';

/** What became of a registration; `incomplete` when a question is still open. */
export type JoinOutcome = 'joined' | 'incomplete';

/** Turns the answers of a registration into a business with its first offer. */
@Injectable()
export class JoinSubmission {
  constructor(
    private readonly database: Database,
    private readonly drafts: JoinDrafts,
    private readonly joining: Joining,
    private readonly branches: Branches,
    private readonly categories: Categories,
    private readonly terms: BusinessTerms,
    private readonly offers: Offers,
    private readonly schemes: SchemeService,
  ) {}

  /**
   * Sends a registration. Sent twice, at once or later, it stays one.
   * @throws PostcodeNotValid, OutsideTerritory, InvalidInput when what was answered is no longer possible
   */
  async send(draft: JoinDraft): Promise<JoinOutcome> {
    const answers = answersOf(draft) as Answers;
    if (sent(draft)) return 'joined';
    if (nextStep(answers, (await this.terms.current()).version) !== null) return 'incomplete';
    const actor: Actor = { kind: 'link', id: draft.id };
    const work = await this.business(answers, actor);
    // Before the transaction: inside it, the notice to the staff must not wait for a second connection.
    await this.schemes.current();
    return this.database.transaction(async (tx) => {
      const locked = await this.drafts.locked(tx, draft.id);
      if (sent(locked)) return 'joined';
      // Somebody with the same link changed an answer in this moment: they look at the check page again.
      if (locked.answers !== draft.answers) return 'incomplete';
      await this.drafts.close(tx, locked, await work(tx));
      return 'joined';
    });
  }

  private async business(answers: Answers, actor: Actor) {
    const facts = await this.factsOf(answers);
    const placed = await this.branches.place(branchOf(answers));
    return async (tx: Tx) => {
      const { version } = answers.terms!;
      const homeWork = isTrade(answers) ? answers.work! : null;
      const { business } = await this.joining.register(tx, facts, [placed], version, actor, homeWork);
      const offer = await this.offers.draft(tx, business.id, answers.offer!, actor);
      await this.offers.submit(tx, offer.id, actor);
      return { businessId: business.id };
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
      worksInHomes: isTrade(answers),
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

/** A registration of the time when trades were kept as leads was sent too. */
function sent(draft: JoinDraft): boolean {
  return draft.businessId !== null || draft.leadId !== null;
}
