import { CardKeys } from '@carers/cards';
import { formatSigningKeys, generateSigningKey } from '@carers/credentials';
import type { AddCommands } from '../command.js';

/** `keys:generate`, `keys:list`, `keys:rotate`: the keys that sign cards. */
export const addKeysCommands: AddCommands = (program, { answer, inApp }) => {
  program
    .command('keys:generate')
    .description('make a new card signing key and print it as a value for CARD_SIGNING_KEYS; needs no database')
    .addHelpText('after', '\nThe value is secret: keep it where you keep passwords. Nothing is stored.')
    .action(() => {
      const key = generateSigningKey();
      const cardSigningKeys = formatSigningKeys([key]);
      answer({ kid: key.kid, cardSigningKeys }, cardSigningKeys);
    });

  program
    .command('keys:list')
    .description('list the card signing keys, the newest first, without their secret parts')
    .action(async () => {
      const keys = await inApp((get) => get(CardKeys).list());
      const lines = keys.map(({ kid, status, createdAt }) => `${kid}  ${status.padEnd(9)}  ${createdAt.toISOString()}`);
      answer({ keys }, lines.length > 0 ? lines.join('\n') : 'There are no card signing keys yet.');
    });

  program
    .command('keys:rotate')
    .description('make a new card signing key that signs from now on; cards that are out keep working')
    .action(async () => {
      const kid = await inApp((get) => get(CardKeys).rotate({ kind: 'system', id: 'keys:rotate' }));
      answer({ kid }, `Key ${kid} signs from now on. The keys before it go on verifying.`);
    });
};
