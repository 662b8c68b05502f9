import { FileNotReadable } from '@carers/businesses';
import { type FieldError, line, optionalLine, Problem } from '@carers/kernel';
import { FileTooLarge, FormNotReadable } from '@carers/pages';
import { z } from 'zod';
import { SettlementHeadingsMissing, TooManyCodes } from '../chains.problems.js';
import { type Column, type ColumnOptions, columns } from '../settlement/columns.js';

export const barcodeForm = z.object({
  ean13: line({ max: 40, missing: 'chains:errors.ean-missing' }),
});

const heading = optionalLine({ max: 80 });

/** What somebody says about a settlement file besides the file itself. */
export const settlementForm = z.object({
  amounts: z.enum(['pounds', 'pence']).optional().catch(undefined),
  columns: z
    .object(Object.fromEntries(columns.map((column) => [column, heading])) as Record<Column, typeof heading>)
    .partial()
    .optional(),
});

/** The form's answers as the reading of a file takes them. */
export function columnOptions({ amounts, columns: told }: z.output<typeof settlementForm>): ColumnOptions {
  const named = Object.entries(told ?? {}).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return { ...(amounts && { amounts }), columns: Object.fromEntries(named) };
}

/** What is wrong with a file that was sent, at its field. Any other problem is thrown on. */
export function uploadErrors(problem: unknown): FieldError[] {
  const ours = [FileNotReadable, FileTooLarge, FormNotReadable, SettlementHeadingsMissing, TooManyCodes];
  if (!(problem instanceof Problem) || !ours.some((kind) => problem instanceof kind)) throw problem;
  return [{ field: 'file', message: `${problem.room}:problems.${problem.slug}`, params: problem.params }];
}
