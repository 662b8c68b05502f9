import { Accounts, readEmail } from '@carers/access';
import { Database } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { readBusinesses, readPeople } from './data-files.js';

/** Somebody whom a newcomer can sign in as. */
export interface DemoPerson {
  /** For people: "Registrar". */
  role: string;
  name: string;
  email: string;
  /** Address of the page that shows the code of their authenticator app, for those who need one. */
  totp?: string;
}

/** Finds the people of the demo in the database. */
@Injectable()
export class DemoPeople {
  constructor(
    private readonly database: Database,
    private readonly accounts: Accounts,
  ) {}

  /** Those who have an account, in the order of the welcome. */
  async present(): Promise<DemoPerson[]> {
    const { staff, carers, owners } = await readPeople();
    const contacts = new Map((await readBusinesses()).map(({ email, contact }) => [email, contact]));
    const wanted: DemoPerson[] = [
      ...carers.flatMap(({ title, firstName, lastName, email }) =>
        title && email ? [{ role: title, name: `${firstName} ${lastName}`, email }] : [],
      ),
      ...owners.map(({ title, email }) => ({ role: title, name: contacts.get(email) ?? title, email })),
      ...staff.map(({ title, name, email }) => ({ role: title, name, email, totp: '/dev/totp' })),
    ];
    const there = await Promise.all(
      wanted.map(({ email }) => this.accounts.idByContact(this.database.reader, readEmail(email)!)),
    );
    return wanted.filter((_, index) => there[index] !== null);
  }
}
