import { Database } from '@carers/database';
import type { INestApplicationContext } from '@nestjs/common';
import { Accounts } from './accounts.js';
import { readEmail } from './contact.js';
import { Invitations } from './invitations.js';
import { isStaffRole, staffRoles } from './roles.js';
import { SecondFactor } from './second-factor.js';

/** A command was given something it cannot use. The message is for the operator. */
export class CommandRefused extends Error {
  override name = 'CommandRefused';
}

/**
 * `staff:invite <email> <role>`: queues an invitation, as for the first administrator.
 * @throws CommandRefused
 */
export async function inviteStaff(app: INestApplicationContext, email: string, role: string): Promise<{ invitationId: string }> {
  if (!isStaffRole(role)) throw new CommandRefused(`There is no staff role "${role}". The roles are: ${staffRoles.join(', ')}.`);
  if (!readEmail(email)) throw new CommandRefused(`"${email}" is not an e-mail address.`);
  const [database, invitations] = [app.get(Database, { strict: false }), app.get(Invitations, { strict: false })];
  const actor = { kind: 'system', id: 'staff:invite' } as const;
  return { invitationId: await database.transaction((tx) => invitations.invite(tx, email, role, null, actor)) };
}

/**
 * `staff:reset-second-factor <email>`: for an administrator who lost their telephone and has no colleague.
 * @throws CommandRefused
 */
export async function resetSecondFactor(app: INestApplicationContext, email: string): Promise<{ accountId: string }> {
  const contact = readEmail(email);
  const database = app.get(Database, { strict: false });
  const accountId = contact && (await app.get(Accounts, { strict: false }).idByContact(database.reader, contact));
  if (!accountId) throw new CommandRefused(`Nobody has an account with the address "${email}".`);
  const actor = { kind: 'system', id: 'staff:reset-second-factor' } as const;
  await database.transaction((tx) => app.get(SecondFactor, { strict: false }).reset(tx, accountId, actor));
  return { accountId };
}
