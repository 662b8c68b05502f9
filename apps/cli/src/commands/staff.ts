import { Accounts, Invitations, isStaffRole, readEmail, SecondFactor, staffRoles } from '@carers/access';
import { Database } from '@carers/database';
import { type AddCommands, CommandRefused } from '../command.js';

/** `staff:invite`: the way in for the first administrator. `staff:reset-second-factor`: for a lost telephone. */
export const addStaffCommands: AddCommands = (program, { inApp, answer }) => {
  program
    .command('staff:invite')
    .argument('<email>', 'where the invitation goes')
    .argument('<role>', staffRoles.join(', '))
    .description('invite somebody to work for the scheme')
    .action(async (email: string, role: string) => {
      if (!isStaffRole(role)) {
        throw new CommandRefused(`There is no staff role "${role}". The roles are: ${staffRoles.join(', ')}.`);
      }
      if (!readEmail(email)) throw new CommandRefused(`"${email}" is not an e-mail address.`);
      const actor = { kind: 'system', id: 'staff:invite' } as const;
      const invitationId = await inApp((get) =>
        get(Database).transaction((tx) => get(Invitations).invite(tx, email, role, null, actor)),
      );
      answer({ invitationId }, `The invitation is queued. The worker sends it to ${email}.`);
    });

  program
    .command('staff:reset-second-factor')
    .argument('<email>', 'whose')
    .description('forget the authenticator app of somebody who lost it, and sign them out')
    .action(async (email: string) => {
      const accountId = await inApp(async (get) => {
        const [contact, database] = [readEmail(email), get(Database)];
        const found = contact && (await get(Accounts).idByContact(database.reader, contact));
        if (!found) throw new CommandRefused(`Nobody has an account with the address "${email}".`);
        const actor = { kind: 'system', id: 'staff:reset-second-factor' } as const;
        await database.transaction((tx) => get(SecondFactor).reset(tx, found, actor));
        return found;
      });
      answer({ accountId }, `${email} sets up a new app at the next sign-in.`);
    });
};
