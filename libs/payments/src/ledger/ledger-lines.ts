import { Database } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { LedgerAccount } from './ledger-entry.entity.js';
import type { LedgerKind, PaymentMethodName } from './ledger-transaction.entity.js';

/** A transaction with its entries, as staff read it. */
export interface LedgerLine {
  id: string;
  kind: LedgerKind;
  happenedOn: LocalDate;
  recordedAt: Date;
  method: PaymentMethodName | null;
  reference: string | null;
  reason: string | null;
  reversesId: string | null;
  /** The transaction that undid this one. */
  undoneBy: string | null;
  entries: { account: LedgerAccount; pence: number }[];
}

/** One line of a business's statement: what changed what it owes. */
export interface StatementLine {
  happenedOn: LocalDate;
  recordedAt: Date;
  kind: LedgerKind;
  invoiceNumber: string;
  documentNumber: string | null;
  /** Above zero where more is owed. */
  pence: number;
  /** What is owed after it. */
  balancePence: number;
}

/** At most so many lines of one statement; what was before is brought forward. */
const mostLines = 500;

/** The ledger as people read it. */
@Injectable()
export class LedgerLines {
  constructor(private readonly database: Database) {}

  /** All that happened to the money of an invoice, oldest first; the newest 500. */
  async ofInvoice(invoiceId: string): Promise<LedgerLine[]> {
    const lines = await this.database.query<LedgerLine>(
      `SELECT entry.id, entry.kind, entry.happened_on AS "happenedOn", entry.recorded_at AS "recordedAt", entry.method,
              entry.reference, entry.reason, entry.reverses_id AS "reversesId",
              (SELECT id FROM ledger_transaction WHERE reverses_id = entry.id) AS "undoneBy",
              (SELECT jsonb_agg(jsonb_build_object('account', account, 'pence', pence) ORDER BY place)
                 FROM ledger_entry WHERE transaction_id = entry.id) AS entries
         FROM ledger_transaction entry WHERE entry.invoice_id = $1
        ORDER BY entry.sequence DESC LIMIT ${mostLines}`,
      [invoiceId],
    );
    return lines.reverse();
  }

  /** What changed what a business owes, oldest first, with what was before the newest 500 lines. */
  async ofBusiness(
    businessId: string,
  ): Promise<{ forwardPence: number; lines: StatementLine[]; balancePence: number }> {
    const lines = await this.database.query<StatementLine & { id: string }>(
      `SELECT entry.id, entry.happened_on AS "happenedOn", entry.recorded_at AS "recordedAt", entry.kind,
              invoice.number AS "invoiceNumber", document.number AS "documentNumber", side.pence,
              sum(side.pence) OVER (ORDER BY entry.sequence) AS "balancePence"
         FROM invoice
         JOIN ledger_transaction entry ON entry.invoice_id = invoice.id
         JOIN ledger_entry side ON side.transaction_id = entry.id AND side.account = 'receivable'
         LEFT JOIN payment_document document ON document.transaction_id = entry.id
        WHERE invoice.business_id = $1 ORDER BY entry.sequence DESC LIMIT ${mostLines}`,
      [businessId],
    );
    const oldestFirst = lines.reverse().map((each) => ({ ...each, balancePence: Number(each.balancePence) }));
    const [first] = oldestFirst;
    return {
      forwardPence: first ? first.balancePence - first.pence : 0,
      lines: oldestFirst,
      balancePence: oldestFirst.at(-1)?.balancePence ?? 0,
    };
  }
}
