import { type Difference, Rederiving } from '@carers/information-service';
import { type AddCommands, CommandRefused } from '../command.js';

const mostShown = 100;

/** `information-service:rederive`: what people get, worked out again from what they said. */
export const addInformationServiceCommands: AddCommands = (program, { answer, inApp }) => {
  program
    .command('information-service:rederive')
    .option('--check', 'only compare, and end with code 1 where something differs')
    .description('work out again from the ledgers of registrations and consents who is on which list and gets what')
    .addHelpText(
      'after',
      `\nDifferences are listed by id and field, the first ${mostShown} of them; nothing personal is printed.`,
    )
    .action(async ({ check = false }: { check?: boolean }) => {
      const shown: Difference[] = [];
      const { people, differences } = await inApp((get) =>
        get(Rederiving).run(!check, (difference) => {
          if (shown.length < mostShown) shown.push(difference);
        }),
      );
      const lines = shown.map(({ subscriberId, what }) => `${subscriberId}  ${what}`);
      const end = `${people} people, ${differences} differences${check || differences === 0 ? '' : ', put right'}.`;
      answer({ people, differences, repaired: !check, shown }, [...lines, end].join('\n'));
      if (check && differences > 0) throw new CommandRefused('The state differs from the ledgers.');
    });
};
