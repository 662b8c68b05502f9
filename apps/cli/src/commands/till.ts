import { Card, CardTokens } from '@carers/cards';
import { Database } from '@carers/database';
import { formatCardNumber } from '@carers/credentials';
import { Clock, isUuid } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { longestOverlap, TillDevices, TillKeys, Tills, type TillScope, tillScopes, usualOverlap } from '@carers/till';
import { LessThanOrEqual, MoreThanOrEqual } from 'typeorm';
import { type AddCommands, CommandRefused } from '../command.js';

/** `till:*`: tills and their keys. `demo:card`: a live card of the demo, to try a till with. */
export const addTillCommands: AddCommands = (program, { answer, inApp }) => {
  program
    .command('till:key')
    .argument('<branch>', 'id or slug of the branch, as the API gives it')
    .option('--name <name>', 'what the owner sees it as', 'Till system')
    .option('--scopes <scopes>', `what it may be used for, with commas: ${tillScopes.join(',')}`, tillScopes.join(','))
    .description('make a key for a till of a branch and print it as JSON: { key }')
    .addHelpText('after', '\nThe key is shown once. The owner of the business can end it at any time.')
    .action(async (branch: string, { name, scopes }: { name: string; scopes: string }) => {
      const actor = { kind: 'system', id: 'till:key' } as const;
      const chosen = scopesIn(scopes);
      const { key } = await inApp((get) => get(Tills).create(branch, name, actor, chosen));
      answer({ key });
    });

  program
    .command('till:list')
    .argument('[branch]', 'id or slug of one branch')
    .description('print the tills that work as JSON, with when each was last used and last synced')
    .action(async (branch: string | undefined) => {
      answer(await inApp((get) => get(TillDevices).all(branch ?? null)));
    });

  program
    .command('till:rotate')
    .argument('<till>', 'id of the till, as till:list gives it')
    .option('--overlap <hours>', `how long the old key still works; 0: not at all`, String(usualOverlap))
    .description('make a new key for a till and print it as JSON: { key, oldEndsAt }')
    .action(async (till: string, { overlap }: { overlap: string }) => {
      const hours = Number(overlap);
      if (!Number.isInteger(hours) || hours < 0 || hours > longestOverlap)
        throw new CommandRefused(`--overlap must be a whole number of hours from 0 to ${longestOverlap}.`);
      const actor = { kind: 'system', id: 'till:rotate' } as const;
      answer(await inApp((get) => get(TillKeys).rotate(idOf(till), null, hours, actor)));
    });

  program
    .command('till:end')
    .argument('<till>', 'id of the till, as till:list gives it')
    .description('end a till at once: none of its keys works any more')
    .action(async (till: string) => {
      const id = idOf(till);
      await inApp((get) => get(Tills).end(id, null, { kind: 'system', id: 'till:end' }));
      answer({ ended: id }, 'The till has ended.');
    });

  program
    .command('demo:card')
    .description('print one live demo card as JSON: { cardNumber, credential }; not in production')
    .action(async () => {
      const card = await inApp(async (get) => {
        if (get(Settings).production) throw new CommandRefused('demo:card does not work in production.');
        const today = get(Clock).today();
        const found = await get(Database).reader.findOne(Card, {
          where: {
            status: 'active',
            kind: 'adult',
            validFrom: LessThanOrEqual(today),
            validUntil: MoreThanOrEqual(today),
          },
          order: { issuedAt: 'ASC', id: 'ASC' },
        });
        if (!found) throw new CommandRefused('There is no live card. Load the demo scheme first: npm run cli -- demo');
        return {
          cardNumber: formatCardNumber(found.number),
          credential: await get(CardTokens).urlFor(found, 'printed'),
        };
      });
      answer(card);
    });
};

/** @throws CommandRefused for what is no id of a till */
function idOf(till: string): string {
  if (!isUuid(till)) throw new CommandRefused('Give the id of a till, as till:list prints it.');
  return till;
}

/** @throws CommandRefused for anything but scopes with commas between them */
function scopesIn(text: string): TillScope[] {
  const chosen = text.split(',').map((scope) => scope.trim());
  const known = tillScopes.filter((scope) => chosen.includes(scope));
  if (known.length === 0 || chosen.some((scope) => !(tillScopes as readonly string[]).includes(scope)))
    throw new CommandRefused(`--scopes must be some of: ${tillScopes.join(', ')}.`);
  return known;
}
