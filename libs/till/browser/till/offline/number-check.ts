import { parseCardNumber } from '../../../../credentials/src/browser.js';

/** Characters of a number without and with its first two letters. */
const bare = 9;
const whole = 11;

/**
 * What can be said of a number while it is typed: nothing before it is complete, for nobody likes to be told of a fault
 * in what they have not finished.
 */
export function numberSoFar(typed: string): 'unfinished' | 'right' | 'wrong' {
  if (parseCardNumber(typed)) return 'right';
  const plain = typed.replace(/[^\p{L}\p{N}]/gu, '').toUpperCase();
  return plain.length < (plain.startsWith('CC') ? whole : bare) ? 'unfinished' : 'wrong';
}
