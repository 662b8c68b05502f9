import { type Actor, Audit } from '@carers/audit';
import { Leads } from '@carers/businesses';
import type { Cardholder } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { type LikeBusiness, likeBusinesses, likeLead, oneAtATime, readingIn, recount } from './likeness.js';
import { LeadSupport } from './lead-support.entity.js';
import { RecruitingLead } from './recruiting-lead.entity.js';
import type { Whereabouts } from './where.js';

/** A business that somebody would like to see in the scheme. */
export interface Suggestion {
  /** Id of the form: sent twice, it is one suggestion. */
  id: string;
  name: string;
  where: Whereabouts;
  categoryId: string | null;
  why: string | null;
  /** Whom to ask for there. */
  askFor: string | null;
}

/** A suggestion as its own author sees it. */
export interface OwnSuggestion {
  name: string;
  givenAt: Date;
  /** Of the business, once it is in the directory. */
  slug: string | null;
}

/** Who suggests: somebody with a card, somebody without, or staff for somebody. */
export type Suggester =
  | { kind: 'cardholder'; cardholder: Pick<Cardholder, 'id' | 'regionId'> }
  | { kind: 'public' }
  | { kind: 'staff'; actor: Actor };

/**
 * The trail says that a lead came in, not from which carer: what somebody wanted must be nobody's once they have left,
 * and the trail is never rewritten.
 */
const bySomebody: Actor = { kind: 'system', id: 'recruiting.suggestion' };

/** Takes what people suggest: one lead for each business, however often and by whomever it is named. */
@Injectable()
export class Suggestions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly leads: Leads,
  ) {}

  /** Businesses in the directory that may be the one meant. That they are there is no secret. */
  async inDirectory(name: string, { postcode, town }: Whereabouts): Promise<LikeBusiness[]> {
    const found = await likeBusinesses((text, values) => this.database.query(text, values), { name, postcode, town });
    return found.filter(({ status }) => status === 'published');
  }

  /** What a cardholder suggested, the newest first, at most 50; with the page of each that has joined. */
  async ofCardholder(cardholderId: string): Promise<OwnSuggestion[]> {
    return this.database.query<OwnSuggestion>(
      `SELECT said_name AS name, given_at AS "givenAt", business.slug
         FROM lead_support JOIN recruiting_lead USING (lead_id)
         LEFT JOIN business ON business.id = business_id AND business.status = 'published'
        WHERE cardholder_id = $1 ORDER BY given_at DESC, lead_support.id LIMIT 50`,
      [cardholderId],
    );
  }

  /** Keeps a suggestion, as a new lead or as one more voice for the one that is there. Gives the lead's id. */
  async keep(suggestion: Suggestion, by: Suggester): Promise<string> {
    return this.database.transaction(async (tx) => {
      await oneAtATime(tx);
      const earlier = await tx.findOneBy(LeadSupport, { id: suggestion.id });
      if (earlier) return earlier.leadId;
      const { name, where } = suggestion;
      const known = await likeLead(readingIn(tx), { name, postcode: where.postcode, town: where.town });
      const leadId = known ?? (await this.open(tx, suggestion, by));
      await this.support(tx, leadId, suggestion, by);
      return leadId;
    });
  }

  private async open(tx: Tx, suggestion: Suggestion, by: Suggester): Promise<string> {
    const { name, where, categoryId, askFor } = suggestion;
    const facts = { kind: 'suggestion', businessName: name, categoryId, town: where.town } as const;
    const leadId = await this.leads.keep(tx, facts, by.kind === 'staff' ? by.actor : bySomebody);
    const now = this.clock.now();
    await tx.insert(RecruitingLead, {
      leadId,
      regionId: where.regionId ?? (by.kind === 'cardholder' ? by.cardholder.regionId : null),
      postcode: where.postcode,
      source: by.kind,
      askFor,
      stage: 'new',
      stageSince: now,
      nextOn: null,
      assigneeId: null,
      businessId: null,
      mergedInto: null,
      supporters: 0,
      others: 0,
      lastAskedAt: now,
      forgottenAt: null,
    });
    return leadId;
  }

  private async support(tx: Tx, leadId: string, { id, name, why, askFor, where }: Suggestion, by: Suggester) {
    const now = this.clock.now();
    const support = {
      id,
      leadId,
      kind: by.kind,
      cardholderId: by.kind === 'cardholder' ? by.cardholder.id : null,
      saidName: name,
      why,
      givenAt: now,
    };
    await tx.createQueryBuilder().insert().into(LeadSupport).values(support).orIgnore().execute();
    const lead = await tx.findOneByOrFail(RecruitingLead, { leadId });
    // What the first did not know, a later one may.
    await tx.update(
      RecruitingLead,
      { leadId },
      { lastAskedAt: now, askFor: lead.askFor ?? askFor, postcode: lead.postcode ?? where.postcode },
    );
    await recount(tx, leadId);
    const actor = by.kind === 'staff' ? by.actor : bySomebody;
    await this.audit.record(tx, {
      action: 'lead.supported',
      subject: { kind: 'lead', id: leadId },
      actor,
      details: { by: by.kind },
    });
  }
}
