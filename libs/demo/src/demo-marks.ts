import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';

/** Who loaded the demo, for the audit trail. */
export const demoActor: Actor = { kind: 'system', id: 'demo' };

/**
 * Which parts of the demo are loaded. A part's mark is an event of the audit trail, written in the part's own
 * transaction: a load that broke off goes on where it stopped, and nothing is loaded twice.
 */
@Injectable()
export class DemoMarks {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** The parts that are loaded, in the order in which they were. */
  async loaded(): Promise<string[]> {
    const rows = await this.database.query<{ part: string }>(
      `SELECT subject_id AS part FROM audit_event WHERE subject_kind = 'demo' AND action = 'demo.loaded' ORDER BY id`,
    );
    return rows.map(({ part }) => part);
  }

  /** Whether the database serves a scheme already, the demo's or another. */
  async anyScheme(): Promise<boolean> {
    const rows = await this.database.query('SELECT 1 FROM scheme LIMIT 1');
    return rows.length > 0;
  }

  /** Lets one load at a time go on, and says whether the part is still to be loaded. */
  async claim(tx: Tx, part: string): Promise<boolean> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('demo', 0))`);
    const rows = await tx.query<unknown[]>(
      `SELECT 1 FROM audit_event WHERE subject_kind = 'demo' AND subject_id = $1 AND action = 'demo.loaded'`,
      [part],
    );
    return rows.length === 0;
  }

  /** Marks the part as loaded. */
  async mark(tx: Tx, part: string): Promise<void> {
    await this.audit.record(tx, { action: 'demo.loaded', subject: { kind: 'demo', id: part }, actor: demoActor });
  }
}
