import { Database } from '@carers/database';
import { isUuid, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { InvoiceState } from './invoice.entity.js';

/** One line of a list of invoices. */
export interface InvoiceLineItem {
  id: string;
  number: string;
  businessId: string;
  businessName: string;
  purpose: string;
  issuedOn: LocalDate;
  dueOn: LocalDate;
  grossPence: number;
  duePence: number;
  receivedPence: number;
  refundedPence: number;
  disputedPence: number;
  state: InvoiceState;
  overdueSince: LocalDate | null;
}

export interface InvoiceFilter {
  state?: InvoiceState | 'overdue' | 'disputed' | 'overpaid' | null;
  /** Part of the name of the business, or the number of an invoice. */
  name?: string | null;
  /** Where the page before ended. */
  after?: string | null;
}

const conditions: Record<string, string> = {
  overdue: 'invoice.overdue_since IS NOT NULL',
  disputed: 'invoice.disputed_pence > 0',
  overpaid: 'invoice.due_pence < 0',
};

/** Invoices as staff look for them: the newest first. */
@Injectable()
export class InvoiceList {
  static readonly pageSize = 50;

  constructor(private readonly database: Database) {}

  async page(filter: InvoiceFilter): Promise<{ lines: InvoiceLineItem[]; next: string | null }> {
    const values: unknown[] = [];
    const where: string[] = [];
    if (filter.state) {
      const fixed = conditions[filter.state];
      where.push(fixed ?? `invoice.state = $${values.push(filter.state)}`);
    }
    if (filter.name) {
      const name = `$${values.push(filter.name.replace(/[\\%_]/g, '\\$&'))}`;
      where.push(
        `(plain_text(business.name) LIKE '%' || plain_text(${name}) || '%' OR invoice.number = upper(${name}))`,
      );
    }
    const cursor = readCursor(filter.after ?? null);
    if (cursor)
      where.push(`(invoice.issued_at, invoice.id) < ($${values.push(cursor.at)}, $${values.push(cursor.id)}::uuid)`);
    const lines = await this.database.query<InvoiceLineItem & { issuedAt: Date }>(
      `SELECT invoice.id, invoice.number, invoice.business_id AS "businessId", business.name AS "businessName",
              invoice.purpose, invoice.issued_on AS "issuedOn", invoice.issued_at AS "issuedAt",
              invoice.due_on AS "dueOn", invoice.gross_pence AS "grossPence", invoice.due_pence AS "duePence",
              invoice.received_pence AS "receivedPence", invoice.refunded_pence AS "refundedPence",
              invoice.disputed_pence AS "disputedPence", invoice.state, invoice.overdue_since AS "overdueSince"
         FROM invoice JOIN business ON business.id = invoice.business_id
        ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
        ORDER BY invoice.issued_at DESC, invoice.id DESC LIMIT ${InvoiceList.pageSize + 1}`,
      values,
    );
    const shown = lines.slice(0, InvoiceList.pageSize);
    const last = shown.at(-1);
    const more = lines.length > InvoiceList.pageSize && last;
    return { lines: shown, next: more ? `${last.issuedAt.getTime()}_${last.id}` : null };
  }

  /** How many are overdue: the number on the staff home page. */
  async overdue(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      'SELECT count(*) AS count FROM invoice WHERE overdue_since IS NOT NULL',
    );
    return row!.count;
  }

  /** Whether a business was ever sent an invoice. */
  async any(businessId: string): Promise<boolean> {
    const [row] = await this.database.query<{ any: boolean }>(
      'SELECT EXISTS (SELECT FROM invoice WHERE business_id = $1) AS any',
      [businessId],
    );
    return row!.any;
  }

  /** The invoice of a number, in any case of letters; null where there is none. */
  async idOf(number: string): Promise<{ id: string; businessId: string } | null> {
    const [row] = await this.database.query<{ id: string; businessId: string }>(
      'SELECT id, business_id AS "businessId" FROM invoice WHERE number = upper($1)',
      [number.slice(0, 60)],
    );
    return row ?? null;
  }
}

function readCursor(cursor: string | null): { at: Date; id: string } | null {
  const match = /^(\d{1,15})_(.+)$/.exec(cursor ?? '');
  return match && isUuid(match[2]!) ? { at: new Date(Number(match[1])), id: match[2]! } : null;
}
