import { Accounts, readEmail, type StaffRole } from '@carers/access';
import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { readPeople } from './data-files.js';
import type { DemoPast } from './demo-past.js';

/** Accounts of the demo: whoever decided something, and those who came in the past. */
@Injectable()
export class DemoAccounts {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly accounts: Accounts,
  ) {}

  /** The member of staff who did what this role does. */
  async staff(tx: Tx, role: StaffRole): Promise<Actor> {
    const { staff } = await readPeople();
    const email = staff.find((person) => person.role === role)?.email;
    const id = email && (await this.accounts.idByContact(tx, readEmail(email)!));
    if (!id) throw new Error(`The demo has nobody who is ${role}.`);
    return { kind: 'account', id, role };
  }

  /** The ordinary accounts, at whatever time the past's clock is set to. */
  asOf(past: DemoPast): Accounts {
    const audit = new Audit(this.database, past.clock, past.ids);
    return new Accounts(this.database, audit, past.clock, past.ids, this.settings);
  }
}
