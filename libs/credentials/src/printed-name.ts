const MAX_CHARACTERS = 20;
const MAX_BYTES = 30;
const CONTROLS = /[\p{Cc}\u2028\u2029]/u;

const utf8 = new TextEncoder();
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * A first name as it is printed on the card and written in its credential: Unicode NFC, single blanks, no control
 * characters, at most 20 characters and 30 bytes of UTF-8. It is cut between whole characters as people see them, never
 * inside an accent or a joined letter. Throws RangeError when nothing is left.
 */
export function printedName(firstName: string): string {
  const clean = firstName
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029\uFFFD\s]+/gu, ' ')
    .normalize('NFC')
    .trim();
  let name = '';
  let characters = 0;
  for (const { segment } of graphemes.segment(clean)) {
    if (characters === MAX_CHARACTERS || !fits(name + segment)) break;
    name += segment;
    characters++;
  }
  name = name.trim() || cutByCodePoint(clean);
  if (name === '') throw new RangeError('A credential needs a first name.');
  return name;
}

/** Whether a text could have come from `printedName`; cheap, for it runs at each verification. */
export function isPrintedName(name: unknown): name is string {
  return (
    typeof name === 'string' &&
    name.length > 0 &&
    name.length <= MAX_BYTES &&
    name.isWellFormed() &&
    !CONTROLS.test(name) &&
    name === name.trim() &&
    fits(name)
  );
}

/** For a first character that alone is longer than the limit (a pile of accents): as many code points as fit. */
function cutByCodePoint(text: string): string {
  let name = '';
  for (const codePoint of text) {
    if (!fits(name + codePoint)) break;
    name += codePoint;
  }
  return name.trim();
}

/** Whether a text is at most 30 bytes of UTF-8. A UTF-16 unit is never more than three, so short texts need no count. */
function fits(text: string): boolean {
  return text.length * 3 <= MAX_BYTES || utf8.encode(text).length <= MAX_BYTES;
}
