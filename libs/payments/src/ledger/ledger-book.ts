import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Clock, Ids, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { FormUsedBefore } from '../payments.problems.js';
import { type LedgerAccount, LedgerEntry } from './ledger-entry.entity.js';
import { type LedgerKind, LedgerTransaction, type PaymentMethodName } from './ledger-transaction.entity.js';

/** Something to write into the ledger. */
export interface NewTransaction {
  kind: LedgerKind;
  /** The same for the same thing told again: it is written once. */
  once: string;
  invoiceId?: string | null;
  happenedOn: LocalDate;
  /** Debits above zero, credits below; those of 0 are left out, and the rest sum to zero. */
  entries: Partial<Record<LedgerAccount, number>>;
  method?: PaymentMethodName | null;
  reference?: string | null;
  reason?: string | null;
  reversesId?: string | null;
}

/** The double-entry ledger itself: knows that a transaction sums to zero, and not what one means. */
@Injectable()
export class LedgerBook {
  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** The transaction that was written for this key, if one was. */
  async find(tx: Tx, once: string): Promise<LedgerTransaction | null> {
    return tx.findOneBy(LedgerTransaction, { once });
  }

  /**
   * The transaction that was written for this form, if one was.
   * @throws FormUsedBefore where it was for another invoice or another sum
   */
  async written(
    tx: Tx,
    { once, invoiceId, pence }: { once: string; invoiceId: string; pence?: number },
  ): Promise<LedgerTransaction | null> {
    const before = await this.find(tx, once);
    if (!before) return null;
    const debits = await tx.sum(LedgerEntry, 'pence', { transactionId: before.id, pence: MoreThan(0) });
    if (before.invoiceId !== invoiceId || (pence !== undefined && pence !== debits)) throw new FormUsedBefore();
    return before;
  }

  /** Writes a transaction. The database checks the sum too, when all is committed. @throws RangeError, and the unique violation of `once` */
  async post(tx: Tx, made: NewTransaction, actor: Actor): Promise<LedgerTransaction> {
    const entries = Object.entries(made.entries).filter(([, pence]) => pence !== 0);
    const sum = entries.reduce((total, [, pence]) => total + pence, 0);
    if (sum !== 0 || entries.length < 2 || !entries.every(([, pence]) => Number.isSafeInteger(pence)))
      throw new RangeError(`Entries that do not balance: ${JSON.stringify(made.entries)}`);
    const transaction = tx.create(LedgerTransaction, {
      id: this.ids.next(),
      kind: made.kind,
      once: made.once,
      invoiceId: made.invoiceId ?? null,
      reversesId: made.reversesId ?? null,
      happenedOn: made.happenedOn,
      recordedAt: this.clock.now(),
      method: made.method ?? null,
      reference: made.reference ?? null,
      reason: made.reason ?? null,
      actorKind: actor.kind,
      actorId: actor.id,
      entries: entries.length,
    });
    await tx.insert(LedgerTransaction, transaction);
    await tx.insert(
      LedgerEntry,
      entries.map(([account, pence], place) => ({
        transactionId: transaction.id,
        place,
        account: account as LedgerAccount,
        pence,
      })),
    );
    return transaction;
  }
}
