import { SumChecks } from '@carers/service-figures';
import { type AddCommands, CommandRefused } from '../command.js';

/** `service-figures:sums`: the sums that figures are read from, held against the rows or made anew. */
export const addServiceFiguresCommands: AddCommands = (program, { answer, inApp }) => {
  program
    .command('service-figures:sums')
    .option('--check', 'only compare with the rows, as of today, and end with code 1 where something differs')
    .description('forget the sums of the figures of carers services, and sum up everything anew')
    .addHelpText(
      'after',
      '\nFigures stay exact meanwhile: what is not summed is counted from its rows, which takes longer.',
    )
    .action(async ({ check = false }: { check?: boolean }) => {
      if (!check) {
        const { days, bulletins } = await inApp((get) => get(SumChecks).anew());
        answer({ days, bulletins }, `${days} days and ${bulletins} bulletins summed.`);
        return;
      }
      const differences = await inApp((get) => get(SumChecks).differences());
      const lines = differences.map(
        ({ figure, carersServiceId, sums, rows }) =>
          `${figure}  ${carersServiceId ?? 'all'}\n  sums: ${sums}\n  rows: ${rows}`,
      );
      answer({ differences }, [...lines, `${differences.length} differences.`].join('\n'));
      if (differences.length > 0) throw new CommandRefused('The sums differ from the rows.');
    });
};
