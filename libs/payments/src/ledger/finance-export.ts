import { Readable } from 'node:stream';
import { type Actor, Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { addDays, type LocalDate } from '@carers/kernel';
import type { Words } from '@carers/pages';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';

/** Transactions read from the database at a time: what bounds the memory, however long the list. */
const batch = 500;

/** What a line holds, in this order; the headings are in the catalogue. */
const columns = [
  'recorded',
  'happened',
  'transaction',
  'kind',
  'account',
  'debit',
  'credit',
  'invoice',
  'document',
  'business',
  'purpose',
  'method',
  'reference',
  'reason',
] as const;

interface Row {
  id: string;
  recordedAt: Date;
  recordedOn: string;
  happenedOn: string;
  kind: string;
  account: string;
  pence: number;
  invoice: string | null;
  document: string | null;
  business: string | null;
  purpose: string | null;
  method: string | null;
  reference: string | null;
  reason: string | null;
}

/** The ledger as a file for the finance system: a line for each entry, so that debits and credits of the file are equal. */
@Injectable()
export class FinanceExport {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /**
   * CSV (UTF-8 with BOM, CRLF) of what was recorded from one day to another, both included, read in batches as fast as it
   * is taken. Sums are in pounds. Cells that a spreadsheet would run as a formula are disarmed (OWASP, CSV injection).
   * Who asked and why is written down before the first byte.
   */
  async csv(
    { from, until, reason }: { from: LocalDate; until: LocalDate; reason: string },
    actor: Actor,
    words: Words,
  ): Promise<Readable> {
    await this.audit.note({
      action: 'ledger.exported',
      subject: { kind: 'ledger', id: `${from} ${until}` },
      actor,
      reason,
    });
    const file = stringify({
      bom: true,
      header: true,
      record_delimiter: 'windows',
      escape_formulas: true,
      columns: columns.map((key) => ({ key, header: words.t(`payments:export.columns.${key}`) })),
    });
    const rows = Readable.from(this.rows(from, until, words));
    rows.on('error', (error) => file.destroy(error));
    file.on('close', () => rows.destroy());
    return rows.pipe(file);
  }

  private async *rows(from: LocalDate, until: LocalDate, words: Words): AsyncGenerator<Record<string, string>> {
    let after = { at: null as Date | null, id: '00000000-0000-0000-0000-000000000000' };
    for (;;) {
      const rows = await this.database.query<Row>(entries, [from, addDays(until, 1), after.at, after.id]);
      for (const row of rows) yield cellsOf(row, words);
      const last = rows.at(-1);
      if (!last || new Set(rows.map(({ id }) => id)).size < batch) return;
      after = { at: last.recordedAt, id: last.id };
    }
  }
}

/** Days are London's; the instant of a day's beginning is worked out by PostgreSQL, so that the index is used. */
const entries = `
  WITH chosen AS (
    SELECT * FROM ledger_transaction
     WHERE recorded_at >= ($1::date)::timestamp AT TIME ZONE 'Europe/London'
       AND recorded_at < ($2::date)::timestamp AT TIME ZONE 'Europe/London'
       AND ($3::timestamptz IS NULL OR (recorded_at, id) > ($3, $4::uuid))
     ORDER BY recorded_at, id LIMIT ${batch})
  SELECT chosen.id, chosen.recorded_at AS "recordedAt", (chosen.recorded_at AT TIME ZONE 'Europe/London')::date AS "recordedOn",
         chosen.happened_on AS "happenedOn", chosen.kind, entry.account, entry.pence, invoice.number AS invoice,
         document.number AS document, business.name AS business, invoice.purpose, chosen.method, chosen.reference, chosen.reason
    FROM chosen
    JOIN ledger_entry entry ON entry.transaction_id = chosen.id
    LEFT JOIN invoice ON invoice.id = chosen.invoice_id
    LEFT JOIN business ON business.id = invoice.business_id
    LEFT JOIN payment_document document ON document.transaction_id = chosen.id
   ORDER BY chosen.recorded_at, chosen.id, entry.place`;

function cellsOf(row: Row, words: Words): Record<(typeof columns)[number], string> {
  return {
    recorded: row.recordedOn,
    happened: row.happenedOn,
    transaction: row.id,
    kind: words.t(`payments:ledger.${row.kind}`),
    account: words.t(`payments:account.${row.account}`),
    debit: row.pence > 0 ? pounds(row.pence) : '',
    credit: row.pence < 0 ? pounds(-row.pence) : '',
    invoice: row.invoice ?? '',
    document: row.document ?? '',
    business: row.business ?? '',
    purpose: row.purpose ?? '',
    method: row.method ? words.t(`payments:method.${row.method}`) : '',
    reference: row.reference ?? '',
    reason: row.reason ?? '',
  };
}

function pounds(pence: number): string {
  return (pence / 100).toFixed(2);
}
