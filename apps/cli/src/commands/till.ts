import { Card, CardTokens } from '@carers/cards';
import { Database } from '@carers/database';
import { formatCardNumber } from '@carers/credentials';
import { Clock } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Tills } from '@carers/till';
import { LessThanOrEqual, MoreThanOrEqual } from 'typeorm';
import { type AddCommands, CommandRefused } from '../command.js';

/** `till:key`: a key for a shop's own till system. `demo:card`: a live card of the demo, to try a till with. */
export const addTillCommands: AddCommands = (program, { answer, inApp }) => {
  program
    .command('till:key')
    .argument('<branch>', 'id or slug of the branch, as the API gives it')
    .option('--name <name>', 'what the owner sees it as', 'Till system')
    .description('make a key for a till of a branch and print it as JSON: { key }')
    .addHelpText('after', '\nThe key is shown once. The owner of the business can end it at any time.')
    .action(async (branch: string, { name }: { name: string }) => {
      const actor = { kind: 'system', id: 'till:key' } as const;
      const { key } = await inApp((get) => get(Tills).create(branch, name, actor));
      answer({ key });
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
