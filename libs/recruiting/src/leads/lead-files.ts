import { Database } from '@carers/database';
import { isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { LeadNotFound } from '../recruiting.problems.js';
import { LeadNote } from './lead-note.entity.js';
import { LeadSupport } from './lead-support.entity.js';
import { leadsLike, type LikeBusiness, likeBusinesses, partsOf } from './likeness.js';
import { RecruitingLead } from './recruiting-lead.entity.js';

/** What a lead is about, from the table of all leads. */
export interface LeadSubject {
  id: string;
  name: string;
  town: string | null;
  categoryId: string | null;
  createdAt: Date;
}

/** A lead as it is without what has gathered around it. */
export interface OpenedLead {
  subject: LeadSubject;
  lead: RecruitingLead;
}

/** All that staff see of a lead on one page. Who suggested it is not among it: how many is enough. */
export interface LeadFile extends OpenedLead {
  /** What people wrote, the newest first. */
  reasons: { why: string; givenAt: Date; saidName: string }[];
  notes: { note: string; writtenAt: Date; by: string | null }[];
  /** Leads that were merged into it. */
  merged: { id: string; name: string; town: string | null }[];
  /** Leads that may be the same. */
  alike: { id: string; name: string; town: string | null }[];
  /** Businesses of the scheme that may be it. */
  businesses: LikeBusiness[];
  /** The business that it became. */
  business: { id: string; name: string; status: string } | null;
}

const most = 50;

/** Puts together what belongs to a lead. Reads only. */
@Injectable()
export class LeadFiles {
  constructor(private readonly database: Database) {}

  /** @throws LeadNotFound */
  async open(leadId: string): Promise<OpenedLead> {
    const lead = isUuid(leadId) ? await this.database.reader.findOneBy(RecruitingLead, { leadId }) : null;
    if (!lead) throw new LeadNotFound();
    const [subject] = await this.database.query<LeadSubject>(
      `SELECT id, business_name AS name, town, category_id AS "categoryId", created_at AS "createdAt"
         FROM lead WHERE id = $1`,
      [leadId],
    );
    return { lead, subject: subject! };
  }

  /** @throws LeadNotFound */
  async of(leadId: string): Promise<LeadFile> {
    const opened = await this.open(leadId);
    const { lead, subject } = opened;
    const read = <Row extends object>(text: string, values: unknown[]) => this.database.query<Row>(text, values);
    const parts = await partsOf(read, lead.leadId);
    const like = { name: subject.name, postcode: lead.postcode, town: subject.town };
    const [supports, notes, merged, alike, businesses, joined] = await Promise.all([
      this.database.reader.find(LeadSupport, {
        where: { leadId: In(parts) },
        order: { givenAt: 'DESC', id: 'DESC' },
        take: most,
      }),
      this.notes(parts),
      read<{ id: string; name: string; town: string | null }>(
        'SELECT id, business_name AS name, town FROM lead WHERE id = ANY ($1::uuid[]) ORDER BY id LIMIT 50',
        [parts.slice(1)],
      ),
      leadsLike(read, lead.leadId, subject.name),
      likeBusinesses(read, like),
      read<{ id: string; name: string; status: string }>('SELECT id, name, status FROM business WHERE id = $1', [
        lead.businessId,
      ]),
    ]);
    const reasons = supports.flatMap(({ why, givenAt, saidName }) => (why ? [{ why, givenAt, saidName }] : []));
    return { ...opened, reasons, notes, merged, alike, businesses, business: joined[0] ?? null };
  }

  private async notes(parts: string[]): Promise<LeadFile['notes']> {
    const notes = await this.database.reader.find(LeadNote, {
      where: { leadId: In(parts) },
      order: { writtenAt: 'DESC', id: 'DESC' },
      take: most,
    });
    const names = await this.database.query<{ id: string; name: string }>(
      'SELECT id, name FROM account WHERE id = ANY ($1::uuid[])',
      [notes.flatMap(({ accountId }) => accountId ?? [])],
    );
    const byId = new Map(names.map(({ id, name }) => [id, name]));
    return notes.map(({ note, writtenAt, accountId }) => ({ note, writtenAt, by: byId.get(accountId ?? '') ?? null }));
  }
}
