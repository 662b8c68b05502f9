import { addDays, isLocalDate, isUuid, line, type LocalDate } from '@carers/kernel';
import { choice, dateBoxes, ticked } from '@carers/pages';
import { z } from 'zod';
import { invoiceStates } from '../invoices/invoice.entity.js';

/** "£1,450.50", "145" or "145.5" in pence; null when it is no amount. */
export function readPence(typed: string): number | null {
  const match = /^£?(\d{1,6})(?:\.(\d{1,2}))?$/.exec(typed.replace(/[\s,]/g, ''));
  if (!match) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** 14550 → "145.50": how a sum stands in a field. */
export function formPence(pence: number): string {
  return (pence / 100).toFixed(2);
}

const amount = z
  .string({ error: 'payments:errors.amount-missing' })
  .refine((text) => text.trim() !== '', { error: 'payments:errors.amount-missing' })
  .refine((text) => text.trim() === '' || (readPence(text) ?? 0) > 0, { error: 'payments:errors.amount-wrong' })
  .transform((text) => readPence(text) ?? 0);

const reason = line({ max: 300, missing: 'payments:errors.reason-missing' });
const reference = line({ max: 100, missing: 'payments:errors.reference-missing' });
/** Made with the form's page: the same form sent twice is one movement of money. */
const once = z.string().refine(isUuid);

/** A day of the bank's, today at the latest and not years ago. */
const bankDay = (today: LocalDate) =>
  dateBoxes('payments:errors.date-missing', 'payments:errors.date-wrong').refine(
    (day) => !isLocalDate(day) || (day <= today && day >= addDays(today, -3 * 366)),
    { error: 'payments:errors.date-wrong' },
  );

/** A bank transfer that staff saw on the statement. */
export const paidForm = (today: LocalDate) => z.object({ amount, receivedOn: bankDay(today), reference, once });

export const refundVias = ['bank', 'stripe'] as const;

const refund = z.object({ amount, fee: choice(['ends', 'stays'], 'payments:errors.fee-missing'), reason, once });

/** Money that goes back the way it came, and whether the fee stays owed. */
export const refundByMethodForm = refund.extend({ via: z.literal('stripe') });

/** The same by a bank transfer that staff have made. */
export const refundByBankForm = (today: LocalDate) =>
  refund.extend({ via: z.literal('bank').default('bank'), refundedOn: bankDay(today), reference });

export const creditForm = z.object({ amount, reason, once });
export const reasonForm = z.object({ reason, once });

export const exportForm = z
  .object({
    from: dateBoxes('payments:errors.date-missing', 'payments:errors.date-wrong'),
    until: dateBoxes('payments:errors.date-missing', 'payments:errors.date-wrong'),
    reason,
  })
  .refine(({ from, until }) => from <= until, { error: 'payments:errors.until-before-from', path: ['until'] });

export const agreeForm = z.object({
  version: z.string().max(40),
  agreed: ticked().refine((yes) => yes, { error: 'payments:errors.agree-missing' }),
});

export const listStates = ['overdue', 'disputed', 'overpaid', ...invoiceStates] as const;

/** The staff's filter: anything that makes no sense is as if it were not there. */
export const filterQuery = z.object({
  state: z.enum(listStates).nullish().catch(null),
  name: z.string().trim().max(100).nullish().catch(null),
  after: z
    .string()
    .regex(/^\d{1,15}_[0-9a-f-]{36}$/)
    .nullish()
    .catch(null),
});
