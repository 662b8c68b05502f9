import { Accounts, readEmail, type StaffRole } from '@carers/access';
import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { readPeople } from './data-files.js';

/** Finds the people of the demo who decided things. */
@Injectable()
export class DemoAccounts {
  constructor(private readonly accounts: Accounts) {}

  /** The member of staff who did what this role does. */
  async staff(tx: Tx, role: StaffRole): Promise<Actor> {
    const { staff } = await readPeople();
    const email = staff.find((person) => person.role === role)?.email;
    const id = email && (await this.accounts.idByContact(tx, readEmail(email)!));
    if (!id) throw new Error(`The demo has nobody who is ${role}.`);
    return { kind: 'account', id, role };
  }
}
