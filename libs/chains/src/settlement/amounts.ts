import type { Unit } from './columns.js';

/** Whole pence, negative for money given back; or why the text is no amount. */
export type ReadAmount = { pence: number } | { fault: 'amount' | 'amount-unit' | 'amount-too-large' };

/** As much as one basket may come to, in pence; the same as tills may tell. */
const most = 10_000_000;

/**
 * An amount as tills write it: `£4.50`, `1,204.50`, `(4.50)`, `4.50-`, `450p`. A bare number is in what its column is in.
 * @param unit null where neither the heading nor anybody says; then only an amount with a sign can be read
 */
export function readAmount(text: string, unit: Unit | null): ReadAmount {
  const plain = text.replace(/[\s\u00a0]/g, '').replace(/\u2212/g, '-');
  const negative = /^-|^[£(]{0,2}-|^\(.*\)$|-$/.test(plain);
  const digits = plain.replace(/[()-]/g, '');
  const told: Unit | null = /^(?:£|gbp)|gbp$/i.test(digits) ? 'pounds' : /p$/i.test(digits) ? 'pence' : unit;
  const number = digits.replace(/^(?:£|gbp)|(?:gbp|p)$/gi, '');
  if (!/^(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d{1,2})?$/.test(number)) return { fault: 'amount' };
  if (told === null) return { fault: 'amount-unit' };
  const [whole = '', part = ''] = number.replace(/,/g, '').split('.');
  if (told === 'pence' && Number(part) > 0) return { fault: 'amount' };
  const pence = told === 'pence' ? Number(whole) : Number(whole) * 100 + Number(part.padEnd(2, '0'));
  if (pence > most) return { fault: 'amount-too-large' };
  return { pence: negative && pence > 0 ? -pence : pence };
}
