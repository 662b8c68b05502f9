import { type Actor, Audit } from '@carers/audit';
import { Database, keyedHash, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan, Not } from 'typeorm';
import { BusinessMail } from './business-mail.js';
import { Lead, type LeadKind } from './lead.entity.js';

export interface LeadFacts {
  kind: LeadKind;
  businessName: string;
  categoryId?: string | null;
  town?: string | null;
  contactName?: string | null;
  contactEmail?: string | null;
  contactPhone?: string | null;
}

/** Businesses that cannot join yet, kept so that somebody gets back to them. */
@Injectable()
export class Leads {
  static readonly pageSize = 50;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly mail: BusinessMail,
  ) {}

  /** Keeps a lead. The same person asking again about the same business is the same lead. Gives its id. */
  async keep(tx: Tx, facts: LeadFacts, actor: Actor): Promise<string> {
    const email = facts.contactEmail ?? null;
    const lead = tx.create(Lead, {
      id: this.ids.next(),
      kind: facts.kind,
      businessName: facts.businessName,
      categoryId: facts.categoryId ?? null,
      town: facts.town ?? null,
      contactName: facts.contactName ?? null,
      contactEmail: email,
      contactEmailHash: email === null ? null : keyedHash(email.toLowerCase(), 'email'),
      contactPhone: facts.contactPhone ?? null,
      createdAt: this.clock.now(),
      closedAt: null,
    });
    await tx.createQueryBuilder().insert().into(Lead).values(lead).orIgnore().execute();
    if (!(await tx.existsBy(Lead, { id: lead.id }))) return this.sameAs(tx, lead);
    await this.audit.record(tx, { action: 'lead.kept', subject: { kind: 'lead', id: lead.id }, actor });
    return lead.id;
  }

  /** Leads that nobody has dealt with yet, oldest first. */
  async open(kind: LeadKind, after: string | null = null): Promise<{ leads: Lead[]; next: string | null }> {
    const found = await this.database.reader.find(Lead, {
      where: { kind, closedAt: IsNull(), ...(after ? { id: MoreThan(after) } : {}) },
      order: { id: 'ASC' },
      take: Leads.pageSize + 1,
    });
    const leads = found.slice(0, Leads.pageSize);
    return { leads, next: found.length > leads.length ? (leads.at(-1)?.id ?? null) : null };
  }

  /** Writes to a trade that waited for vetting to open that it can join now, and is done with it. Once, however often pressed. */
  async invite(leadId: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const lead = await tx.findOne(Lead, {
        where: { id: leadId, kind: 'trade', closedAt: IsNull() },
        lock: { mode: 'pessimistic_write' },
      });
      if (!lead) return;
      lead.closedAt = this.clock.now();
      await tx.save(lead);
      await this.audit.record(tx, { action: 'lead.invited', subject: { kind: 'lead', id: leadId }, actor });
      await this.mail.invited(tx, lead);
    });
  }

  /** Staff are done with it. Closing it again changes nothing. */
  async close(leadId: string, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const done = await tx.update(Lead, { id: leadId, closedAt: IsNull() }, { closedAt: this.clock.now() });
      if (!done.affected) return;
      await this.audit.record(tx, { action: 'lead.closed', subject: { kind: 'lead', id: leadId }, actor });
    });
  }

  /** Closes it, or opens it again, as part of a change of another lib, which writes the trail. */
  async settle(tx: Tx, leadId: string, closed: boolean): Promise<void> {
    const where = { id: leadId, closedAt: closed ? IsNull() : Not(IsNull()) };
    await tx.update(Lead, where, { closedAt: closed ? this.clock.now() : null });
  }

  /** Puts right what it is about, as part of a change of another lib. */
  async correct(tx: Tx, leadId: string, facts: Pick<Lead, 'businessName' | 'town' | 'categoryId'>): Promise<void> {
    await tx.update(Lead, { id: leadId }, facts);
  }

  private async sameAs(tx: Tx, lead: Lead): Promise<string> {
    const [same] = await tx.query<{ id: string }[]>(
      `SELECT id FROM lead
        WHERE kind = $1 AND contact_email_hash = $2 AND plain_text(business_name) = plain_text($3)`,
      [lead.kind, lead.contactEmailHash, lead.businessName],
    );
    return same!.id;
  }
}
