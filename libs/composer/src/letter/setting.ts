import type { Weight } from '../fonts/font-file.js';
import type { Lettercase, SetWord } from './lettercase.js';

/** Points a millimetre. */
export const mm = 72 / 25.4;

/** A stretch of text of one weight. `\n` breaks the line. */
export interface Span {
  text: string;
  weight: Weight;
}

/** Lines of a text: what draws each with its baseline's left end at the origin, and its width. Sizes in points. */
export interface SetLine {
  operators: string;
  width: number;
}

/**
 * Breaks a text into lines of a width. Blanks between words are those of the text's regular weight; a word that is
 * wider than the line, such as an address of the web, is broken where it fills it.
 */
export function setLines(letters: Lettercase, spans: readonly Span[], size: number, width: number): SetLine[] {
  const most = width / size;
  const blank = letters.word(' ', 400);
  const lines: SetWord[][] = [[]];
  let used = 0;
  const breakLine = () => {
    lines.push([]);
    used = 0;
  };
  for (const glued of gluedWords(spans)) {
    if (glued === '\n') {
      breakLine();
      continue;
    }
    for (const part of fitting(letters, glued, most)) {
      const wide = part.reduce((sum, word) => sum + word.width, 0);
      if (used > 0 && used + blank.width + wide > most) breakLine();
      if (used > 0) {
        lines.at(-1)!.push(blank);
        used += blank.width;
      }
      lines.at(-1)!.push(...part);
      used += wide;
    }
  }
  if (lines.at(-1)!.length === 0 && lines.length > 1) lines.pop();
  return lines.map((words) => setLine(words, size));
}

/** One line, not broken. */
export function oneLine(letters: Lettercase, text: string, size: number, weight: Weight = 400): SetLine {
  return setLine([letters.word(text, weight)], size);
}

/** One line that is set smaller until it fits a width, but never under `smallest`. */
export function fittedLine(letters: Lettercase, text: string, size: number, width: number, smallest: number): SetLine {
  const wide = letters.word(text, 400).width;
  return oneLine(letters, text, Math.max(smallest, Math.min(size, width / Math.max(wide, 0.01))));
}

function setLine(words: readonly SetWord[], size: number): SetLine {
  const runs: { id: string; operands: string }[] = [];
  let width = 0;
  for (const { font, operands, width: wide } of words.flatMap((word) => word.runs)) {
    width += wide;
    const last = runs.at(-1);
    if (last?.id === font.id) last.operands += operands;
    else runs.push({ id: font.id, operands });
  }
  // The text matrix moves on by what was set, so that runs of several fonts follow one another.
  const operators = runs.map(({ id, operands }) => `/${id} ${round(size)} Tf[${operands}]TJ\n`).join('');
  return { operators: operators && `BT\n${operators}ET`, width: width * size };
}

/** Words with the weight of each part ("**bold**ly" has two), and line ends. */
function* gluedWords(spans: readonly Span[]): Generator<Span[] | '\n'> {
  let word: Span[] = [];
  for (const { text, weight } of spans) {
    for (const part of text.split(/([ \t\n])/)) {
      if (part === ' ' || part === '\t' || part === '\n') {
        if (word.length > 0) yield word;
        word = [];
        if (part === '\n') yield '\n';
      } else if (part) word.push({ text: part, weight });
    }
  }
  if (word.length > 0) yield word;
}

function* fitting(letters: Lettercase, glued: readonly Span[], most: number): Generator<SetWord[]> {
  const set = glued.map(({ text, weight }) => letters.word(text, weight));
  if (set.reduce((sum, { width }) => sum + width, 0) <= most) {
    yield set;
    return;
  }
  for (const { text, weight } of glued) {
    let part = '';
    for (const letter of text) {
      if (part && letters.word(part + letter, weight).width > most) {
        yield [letters.word(part, weight)];
        part = '';
      }
      part += letter;
    }
    if (part) yield [letters.word(part, weight)];
  }
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
