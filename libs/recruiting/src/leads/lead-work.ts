import { type Actor, Audit } from '@carers/audit';
import { BusinessNotFound, Leads } from '@carers/businesses';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids, isUuid, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Recruitments } from '../figures/recruitments.js';
import { LeadCannotMerge, LeadNotFound } from '../recruiting.problems.js';
import { LeadNote } from './lead-note.entity.js';
import { isEnded, type LeadStage } from './lead-stages.js';
import { oneAtATime, recount } from './likeness.js';
import { RecruitingLead } from './recruiting-lead.entity.js';
import type { Whereabouts } from './where.js';

/** What staff do with a lead. Each locks the lead, so that two people at once do one thing after the other. */
@Injectable()
export class LeadWork {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly leads: Leads,
    private readonly recruitments: Recruitments,
  ) {}

  /** Puts it at a stage, with a day to get back to them. @throws LeadNotFound, LeadStageForbids */
  async move(leadId: string, stage: LeadStage, nextOn: LocalDate | null, actor: Actor): Promise<void> {
    await this.change(leadId, 'lead.moved', actor, { stage, nextOn }, async (tx, lead) => {
      lead.goTo(stage, nextOn, this.clock.now());
      await this.leads.settle(tx, leadId, isEnded(stage));
    });
  }

  /** Writes something down about it. @throws LeadNotFound */
  async note(leadId: string, note: string, actor: Actor): Promise<void> {
    await this.change(leadId, 'lead.noted', actor, {}, async (tx) => {
      const accountId = actor.kind === 'account' ? actor.id : null;
      await tx.insert(LeadNote, { id: this.ids.next(), leadId, accountId, note, writtenAt: this.clock.now() });
    });
  }

  /** Gives it to somebody, or to nobody. @throws LeadNotFound */
  async assign(leadId: string, accountId: string | null, actor: Actor): Promise<void> {
    await this.change(leadId, 'lead.assigned', actor, { to: accountId }, async (_, lead) => {
      lead.assigneeId = accountId;
    });
  }

  /** Puts right what it is about. @throws LeadNotFound */
  async correct(
    leadId: string,
    facts: { name: string; where: Whereabouts; categoryId: string | null },
    actor: Actor,
  ): Promise<void> {
    await this.change(leadId, 'lead.corrected', actor, {}, async (tx, lead) => {
      const { name, where, categoryId } = facts;
      await this.leads.correct(tx, leadId, { businessName: name, town: where.town, categoryId });
      lead.postcode = where.postcode;
      lead.regionId = where.regionId ?? lead.regionId;
    });
  }

  /**
   * Makes one lead part of another: what people said stays where it is and counts there.
   * @throws LeadNotFound, LeadCannotMerge when either is part of another already
   */
  async merge(leadId: string, into: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      await oneAtATime(tx);
      if (leadId === into) throw new LeadCannotMerge();
      // Always in the same order: two merges of the same two must not wait for each other.
      const locked = new Map<string, RecruitingLead>();
      for (const id of [leadId, into].sort()) locked.set(id, await this.locked(tx, id));
      if ([...locked.values()].some(({ mergedInto }) => mergedInto !== null)) throw new LeadCannotMerge();
      await tx.update(RecruitingLead, { leadId }, { mergedInto: into });
      await this.leads.settle(tx, leadId, true);
      await recount(tx, into);
      await this.record(tx, 'lead.merged', leadId, actor, { into });
    });
  }

  /** Makes it a lead of its own again. @throws LeadNotFound, LeadCannotMerge when it is one */
  async unmerge(leadId: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      await oneAtATime(tx);
      const lead = await this.locked(tx, leadId);
      if (lead.mergedInto === null) throw new LeadCannotMerge();
      const from = lead.mergedInto;
      await tx.update(RecruitingLead, { leadId }, { mergedInto: null });
      await this.leads.settle(tx, leadId, isEnded(lead.stage));
      for (const id of [from, leadId]) await recount(tx, id);
      await this.record(tx, 'lead.unmerged', leadId, actor, { from });
    });
  }

  /** It has joined, as this business. @throws LeadNotFound, BusinessNotFound */
  async link(leadId: string, businessId: string, actor: Actor): Promise<void> {
    await this.change(leadId, 'lead.joined', actor, { businessId }, async (tx, lead) => {
      const [business] = isUuid(businessId)
        ? await tx.query<{ status: string }[]>('SELECT status FROM business WHERE id = $1', [businessId])
        : [];
      if (!business) throw new BusinessNotFound();
      lead.join(businessId, this.clock.now());
      await this.leads.settle(tx, leadId, true);
      if (business.status === 'published') await this.recruitments.note(tx, businessId, { leadId });
    });
  }

  /** It was another business after all. @throws LeadNotFound, LeadStageForbids */
  async unlink(leadId: string, actor: Actor): Promise<void> {
    await this.change(leadId, 'lead.unlinked', actor, {}, async (tx, lead) => {
      lead.unjoin(this.clock.now());
      await this.leads.settle(tx, leadId, false);
      await this.recruitments.forgetLead(tx, leadId);
    });
  }

  private async change(
    leadId: string,
    action: string,
    actor: Actor,
    details: Record<string, unknown>,
    work: (tx: Tx, lead: RecruitingLead) => Promise<void>,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const lead = await this.locked(tx, leadId);
      await work(tx, lead);
      await tx.save(lead);
      await this.record(tx, action, leadId, actor, details);
    });
  }

  private async locked(tx: Tx, leadId: string): Promise<RecruitingLead> {
    const lead = isUuid(leadId)
      ? await tx.findOne(RecruitingLead, { where: { leadId }, lock: { mode: 'pessimistic_write' } })
      : null;
    if (!lead) throw new LeadNotFound();
    return lead;
  }

  private async record(tx: Tx, action: string, id: string, actor: Actor, details: Record<string, unknown>) {
    await this.audit.record(tx, { action, subject: { kind: 'lead', id }, actor, details });
  }
}
