import { Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { addDays, Clock, type LocalDate } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { In } from 'typeorm';
import { Invoice } from '../invoices/invoice.entity.js';
import { PaymentDocument } from './payment-document.entity.js';

const forgetDocuments = new JobName<{ day: string }>('payments.forget-documents', { expiresAfter: 900 });
const batch = 200;

/** Asks every night; any number of workers ask once. */
@Injectable()
export class DocumentRetentionSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 50 3 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const day = this.clock.today();
    await this.jobs.enqueueAlone(forgetDocuments, { day }, { once: day });
  }
}

/**
 * Lets documents go that are older than the policy's `retention.invoices`, and who the payer was with them. Numbers, sums
 * and the ledger stay: they lead to no person. What is still owed stays whole.
 */
@Injectable()
@HandlesJob(forgetDocuments)
export class ForgetDocuments implements JobHandler<{ day: string }> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly scheme: SchemeService,
    private readonly audit: Audit,
  ) {}

  async handle(): Promise<void> {
    const { retention } = await this.scheme.policyOn(this.clock.today());
    const before = addDays(this.clock.today(), -retention.invoices);
    let forgotten = 0;
    for (let done = batch; done === batch; forgotten += done)
      done = await this.database.transaction((tx) => this.forget(tx, before));
    if (forgotten === 0) return;
    await this.audit.note({
      action: 'documents.forgotten',
      subject: { kind: 'ledger', id: 'documents' },
      actor: { kind: 'system', id: forgetDocuments.queue },
      details: { forgotten },
    });
  }

  private async forget(tx: Tx, before: LocalDate): Promise<number> {
    const rows = (await tx.query(
      `SELECT document.id, document.invoice_id AS "invoiceId", document.kind
         FROM payment_document document JOIN invoice ON invoice.id = document.invoice_id
        WHERE document.issued_on < $1 AND document.content IS NOT NULL AND invoice.state <> 'open'
        ORDER BY document.issued_on LIMIT ${batch} FOR UPDATE OF document`,
      [before],
    )) as { id: string; invoiceId: string; kind: string }[];
    const invoices = rows.filter(({ kind }) => kind === 'invoice').map(({ invoiceId }) => invoiceId);
    if (rows.length > 0)
      await tx.update(PaymentDocument, { id: In(rows.map(({ id }) => id)) }, { content: null, pdf: null });
    if (invoices.length > 0)
      await tx.update(Invoice, { id: In(invoices) }, { payerName: '', payerAddress: '', payerEmail: '' });
    return rows.length;
  }
}
