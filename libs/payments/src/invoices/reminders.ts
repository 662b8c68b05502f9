import type { Actor } from '@carers/audit';
import { Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { addDays, Clock, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Ledger } from '../ledger/ledger.js';
import { PaymentMail } from '../payment-mail.js';
import { PaymentMethods } from '../payment-methods.js';
import { NothingOwed } from '../payments.problems.js';
import { InvoiceReminder } from './invoice-reminder.entity.js';
import { type Invoice, uncovered } from './invoice.entity.js';
import { lockedInvoice } from './locked-invoice.js';

/** When reminders of an instalment go out, in days from its own day; the first earlier than all others. */
export const reminderDays = [
  { kind: 'before', days: -7 },
  { kind: 'due', days: 0 },
  { kind: 'after-7', days: 7 },
  { kind: 'after-14', days: 14 },
] as const;

const batch = 200;

/** Reminds payers, and says which invoices are overdue. */
@Injectable()
export class Reminders {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
    private readonly methods: PaymentMethods,
    private readonly mail: PaymentMail,
    private readonly audit: Audit,
  ) {}

  /**
   * Goes through all invoices that fall due within a week or did before. Each reminder goes out once; of those that were
   * missed while nothing ran, only the latest. An invoice is announced as overdue once, the day after.
   * @returns how many were looked at
   */
  async night(actor: Actor): Promise<number> {
    const until = addDays(this.clock.today(), 7);
    let seen = 0;
    let failure: unknown;
    for (let after = ''; ;) {
      const rows = await this.database.query<{ id: string; key: string }>(
        `SELECT id, due_on || ' ' || id AS key FROM invoice
          WHERE state = 'open' AND due_on <= $1 AND (due_on, id) > ($2::date, $3::uuid) ORDER BY due_on, id LIMIT ${batch}`,
        [until, after.slice(0, 10) || '0001-01-01', after.slice(11) || '00000000-0000-0000-0000-000000000000'],
      );
      for (const { id } of rows)
        // One that cannot be looked at must not keep the others waiting; the job fails in the end, and staff see it.
        await this.database
          .transaction((tx) => this.look(tx, id, actor))
          .catch((error: unknown) => (failure ??= error));
      seen += rows.length;
      if (rows.length < batch) break;
      after = rows.at(-1)!.key;
    }
    if (failure) throw failure as Error;
    return seen;
  }

  /** A reminder because staff ask for one; at most one a day. Gives false where one went out today. @throws NothingOwed */
  async now(tx: Tx, invoiceId: string, actor: Actor): Promise<boolean> {
    const { invoice, instalments } = await lockedInvoice(tx, invoiceId);
    const [first] = uncovered(instalments, invoice.grossPence - invoice.duePence);
    if (!first || invoice.owedPence === 0) throw new NothingOwed();
    const late = first.dueOn < this.clock.today();
    const sent = await this.send(tx, invoice, { ...first, kind: 'now', late, once: `now ${this.clock.today()}` });
    if (sent)
      await this.audit.record(tx, { action: 'invoice.reminded', subject: { kind: 'invoice', id: invoice.id }, actor });
    return sent;
  }

  private async look(tx: Tx, invoiceId: string, actor: Actor): Promise<void> {
    const { invoice, instalments } = await lockedInvoice(tx, invoiceId);
    // A dispute is the bank's to settle, and money that is on its way must not be asked for again.
    if (invoice.state !== 'open' || invoice.disputedPence > 0 || (await this.methods.onItsWay(invoice))) return;
    const today = this.clock.today();
    for (const each of uncovered(instalments, invoice.grossPence - invoice.duePence)) {
      const kind = reminderOn(today, each.dueOn, invoice.issuedOn);
      if (kind) await this.send(tx, invoice, { ...each, kind, late: each.dueOn < today, once: kind });
    }
    if (invoice.dueOn >= today || invoice.overdueSince) return;
    invoice.overdueSince = today;
    await tx.save(invoice);
    await this.audit.record(tx, { action: 'invoice.overdue', subject: { kind: 'invoice', id: invoice.id }, actor });
    await this.ledger.announce(tx, 'overdue', invoice, actor);
  }

  private async send(
    tx: Tx,
    invoice: Invoice,
    about: { place: number; dueOn: LocalDate; pence: number; kind: string; late: boolean; once: string },
  ): Promise<boolean> {
    const added = await tx
      .createQueryBuilder()
      .insert()
      .into(InvoiceReminder)
      .values({ invoiceId: invoice.id, instalment: about.place, kind: about.once, sentAt: this.clock.now() })
      .orIgnore()
      .returning('kind')
      .execute();
    if ((added.raw as unknown[]).length === 0) return false;
    const { kind, dueOn, pence, late } = about;
    await this.mail.reminder(tx, invoice, { kind, dueOn, pence, late });
    return true;
  }
}

/** The reminder whose day is today or was the last to pass; none that would have come before the invoice itself. */
export function reminderOn(today: LocalDate, dueOn: LocalDate, issuedOn: LocalDate): string | null {
  const passed = reminderDays.filter(({ days }) => {
    const on = addDays(dueOn, days);
    return on <= today && on > issuedOn;
  });
  return passed.at(-1)?.kind ?? null;
}
