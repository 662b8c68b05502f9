import { CardKeys } from '@carers/cards';
import { formatSigningKeys, generateSigningKey } from '@carers/credentials';
import { type AddCommands, CommandRefused } from '../command.js';

/** `keys:generate`, `keys:list`, `keys:rotate`, `keys:revoke`: the keys that sign cards. */
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
    .description(
      'let the published next key sign from now on, and publish the one after it; cards that are out keep working',
    )
    .addHelpText(
      'after',
      '\nRotate at most once a day: tills without a connection know the next key only after they fetched it.',
    )
    .action(async () => {
      const { kid, next } = await inApp((get) => get(CardKeys).rotate({ kind: 'system', id: 'keys:rotate' }));
      answer(
        { kid, next },
        `Key ${kid} signs from now on. The keys before it go on verifying. Key ${next} is published, to be the next.`,
      );
    });

  program
    .command('keys:revoke')
    .argument('<kid>', 'id of the key, as keys:list shows it')
    .requiredOption('--reason <words>', 'why; it is kept in the audit trail')
    .description('end the trust in a key that somebody may have copied: every card that it signed is refused')
    .addHelpText(
      'after',
      '\nWeb processes refuse its cards within five seconds, tills without a connection after their next fetch. Cards on' +
        '\nphones are signed anew as they are shown; printed cards have to be printed and sent again. This cannot be undone.',
    )
    .action(async (kid: string, { reason }: { reason: string }) => {
      const words = reason.trim();
      if (words === '') throw new CommandRefused('Say why the key is revoked: --reason "…".');
      const inUse = await inApp((get) => get(CardKeys).revoke(kid, words, { kind: 'system', id: 'keys:revoke' }));
      answer(
        { revoked: kid, ...inUse },
        `Key ${kid} is revoked: cards that it signed are refused from now on. Key ${inUse.kid} signs, key ${inUse.next} is the next.`,
      );
    });
};
