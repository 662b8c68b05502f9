import { Demo, ScaleLoad } from '@carers/demo';
import { Settings } from '@carers/settings';
import { InvalidArgumentError } from 'commander';
import { type AddCommands, CommandRefused } from '../command.js';

interface Options {
  ifEmpty?: boolean;
  scale?: number;
  scaleCards?: number;
  scaleOffers?: number;
}

/** `demo`: loads the demo scheme, and as much more as a bench wants. */
export const addDemoCommand: AddCommands = (program, { answer, inApp, progress }) => {
  program
    .command('demo')
    .description('load the demo scheme with its people, businesses and history; again, it adds only what is missing')
    .option('--if-empty', 'leave a database alone that serves a scheme already')
    .option('--scale <count>', 'add this many made-up cards, and a tenth as many offers', wholeNumber)
    .option('--scale-cards <count>', 'add this many made-up cards', wholeNumber)
    .option('--scale-offers <count>', 'add this many made-up offers', wholeNumber)
    .action(async ({ ifEmpty = false, scale, scaleCards, scaleOffers }: Options) => {
      const people = await inApp(async (get) => {
        if (get(Settings).production)
          throw new CommandRefused('The demo is not for production: its people are known to everybody.');
        const loaded = await get(Demo).load({ onlyIfEmpty: ifEmpty }, progress);
        if (!loaded) progress('Data found, nothing to load');
        const cards = scaleCards ?? scale ?? 0;
        const offers = scaleOffers ?? Math.ceil((scale ?? 0) / 10);
        if (cards + offers > 0) await get(ScaleLoad).load({ cards, offers }, progress);
        return get(Demo).people();
      });
      const lines = people.map(({ role, name, email }) => `${role.padEnd(24)}  ${email}  (${name})`);
      answer({ people }, ['The demo is loaded. People to sign in as:', ...lines].join('\n'));
    });
};

/** @throws InvalidArgumentError */
function wholeNumber(typed: string): number {
  if (!/^\d{1,8}$/.test(typed)) throw new InvalidArgumentError('It is a whole number, such as 100000.');
  return Number(typed);
}
