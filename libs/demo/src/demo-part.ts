import type { Tx } from '@carers/database';

/** One part of the demo, loaded whole or not at all. */
export interface DemoPart {
  /** Its name in the audit trail: never changes. */
  readonly name: string;
  /**
   * Reads what it needs before the transaction, then gives the work of it.
   * The work answers with what it did, for the person who waits: "300 cardholders".
   */
  prepare(): Promise<(tx: Tx) => Promise<string>>;
}
