import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * `receivable` what businesses owe · `income` fees · `vat` owed to HMRC · `bank` and `stripe` money that is there ·
 * `stripe_fees` what Stripe keeps · `disputes` money held while a dispute runs · `bad_debts` what was written off.
 */
export const ledgerAccounts = [
  'receivable',
  'income',
  'vat',
  'bank',
  'stripe',
  'stripe_fees',
  'disputes',
  'bad_debts',
] as const;
export type LedgerAccount = (typeof ledgerAccounts)[number];

/** One side of a ledger transaction. Rows are only added. */
@Entity('ledger_entry')
export class LedgerEntry {
  @PrimaryColumn('uuid', { name: 'transaction_id' }) transactionId: string;
  @PrimaryColumn('integer') place: number;
  @Column('text') account: LedgerAccount;
  /** A debit above zero, a credit below. */
  @Column('integer') pence: number;
}
