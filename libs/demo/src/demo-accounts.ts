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
    const [first] = await this.all(tx, role);
    if (!first) throw new Error(`The demo has nobody who is ${role}.`);
    return first;
  }

  /** The two vetting officers: one who looks, and one who decides. */
  async officers(tx: Tx): Promise<[Actor, Actor]> {
    const [looks, decides] = await this.all(tx, 'vetting_officer');
    if (!looks || !decides) throw new Error('The demo needs two vetting officers.');
    return [looks, decides];
  }

  private async all(tx: Tx, role: StaffRole): Promise<Actor[]> {
    const { staff } = await readPeople();
    const actors: Actor[] = [];
    for (const { email } of staff.filter((person) => person.role === role)) {
      const id = await this.accounts.idByContact(tx, readEmail(email)!);
      if (id) actors.push({ kind: 'account', id, role });
    }
    return actors;
  }
}
