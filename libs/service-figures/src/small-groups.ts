/**
 * Hides small groups of a row of numbers whose sum is told too. A number from 1 to under `smallest` is hidden; where what is
 * hidden could be worked out from the sum (one alone, or few together), the next smallest is hidden with it. Nought is nobody.
 */
export function hideSmall(numbers: readonly number[], smallest: number): (number | null)[] {
  const hidden = new Set(numbers.flatMap((number, at) => (number > 0 && number < smallest ? [at] : [])));
  const together = () => [...hidden].reduce((sum, at) => sum + numbers[at]!, 0);
  while (hidden.size === 1 || (hidden.size > 0 && together() < smallest)) {
    const next = numbers
      .map((number, at) => ({ number, at }))
      .filter(({ number, at }) => number > 0 && !hidden.has(at))
      .sort((one, other) => one.number - other.number)[0];
    if (!next) break;
    hidden.add(next.at);
  }
  return numbers.map((number, at) => (hidden.has(at) ? null : number));
}

/** One number that stands by itself. */
export function hideFew(number: number, smallest: number): number | null {
  return number > 0 && number < smallest ? null : number;
}
