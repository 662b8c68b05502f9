import { qrModules } from '@carers/credentials';
import type { LetterFrame } from '../frame.js';
import { at, lineItems, shownAddress, type Item, type Setting } from './items.js';
import { addressBox, footLine, headBox, page, senderBox } from './letter-layout.js';
import type { Lettercase } from './lettercase.js';
import { fittedLine, mm, oneLine, round, setLines, type SetLine } from './setting.js';

/** For whom a letter is, beside what its text needs. */
export interface LetterAddress {
  /** Name first, postcode last: at most seven lines are printed (Royal Mail). */
  addressLines: readonly string[];
  /** The letter's code, without groups; null for a letter that has none. */
  code: string | null;
}

/** Royal Mail reads no more. */
const mostLines = 7;

/** The code as people read and type it: in groups of four. */
export function codeText(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1-');
}

/** The page on which the code is typed, and which the square on the letter opens with the code filled in. */
export function codeAddress(publicUrl: string, code?: string): string {
  return `${publicUrl}/preferences/code${code ? `?code=${encodeURIComponent(code)}` : ''}`;
}

/** Operators of what stands on the first page beside the text; `place` gives a line its left end and baseline. */
export function firstPage(letters: Lettercase, address: LetterAddress, frame: LetterFrame, large: boolean): string {
  return [
    place(headBox.left, headBox.top + 18, oneLine(letters, frame.brand.name, 18, 700)),
    `q 0.25 G 1.2 w ${round(headBox.left)} ${round(page.height - headBox.top - 24)} m ${round(headBox.left + headBox.width)} ${round(page.height - headBox.top - 24)} l S Q`,
    addressLines(letters, address.addressLines, frame),
    sender(letters, address, frame, large),
  ].join('\n');
}

/** Page number and code at the foot of each page: a page that got loose still says whose letter it is of. */
export function foot(
  letters: Lettercase,
  frame: LetterFrame,
  code: string | null,
  { number, of, large }: { number: number; of: number; large: boolean },
): string {
  const { words } = frame;
  const size = large ? 14 : 10;
  const pages = oneLine(letters, words.t('composer:letter.page-of', { page: number, pages: of }), size);
  const reference = code
    ? oneLine(letters, words.t('composer:letter.reference', { code: codeText(code) }), size)
    : null;
  return [
    place(page.width - page.right - pages.width, footLine, pages),
    reference ? place(page.left, footLine, reference) : '',
  ].join('\n');
}

/** How to change what one gets: the end of every letter. */
export function closing(frame: LetterFrame, code: string | null, setting: Setting): Item[] {
  const { words, service } = frame;
  const address = shownAddress(codeAddress(frame.publicUrl));
  const gap = setting.size.leading * 0.5;
  const text = (said: string, weight: 400 | 700 = 400) => [{ text: said, weight }];
  const blocks = [
    lineItems(text(words.t('composer:letter.choose-title'), 700), setting, { above: gap * 3, keepAll: true }),
    code
      ? lineItems(text(words.t('composer:letter.choose-web', { address, code: codeText(code) })), setting, {
          above: gap * 0.5,
          keepAll: true,
        })
      : [],
    lineItems(text(words.t('composer:letter.choose-talk', { phone: service.phone })), setting, {
      above: gap * 0.5,
      keepAll: true,
    }),
    lineItems(text(frame.why), setting, { above: gap * 0.5, keepAll: true }),
  ].flat();
  blocks.forEach((item, index) => (item.keepsNext = index < blocks.length - 1));
  return blocks;
}

/** From the bottom of its box upwards: there the window shows it however the paper lies. */
function addressLines(letters: Lettercase, lines: readonly string[], { window }: LetterFrame): string {
  const box = addressBox[window];
  const kept = lines.map((each) => each.trim()).filter(Boolean);
  // The postcode is never among those that do not fit.
  const shown = kept.length > mostLines ? [...kept.slice(0, mostLines - 1), kept.at(-1)!] : kept;
  const leading = Math.min(13.6, (box.bottom - box.top) / Math.max(shown.length, 1));
  const size = Math.min(11, leading * 0.88);
  const top = Math.min(box.usualTop, box.bottom - shown.length * leading);
  return shown
    .map((each, index) => place(box.left, top + size + index * leading, fittedLine(letters, each, size, box.width, 7)))
    .join('\n');
}

function sender(letters: Lettercase, { code }: LetterAddress, frame: LetterFrame, large: boolean): string {
  const { service, words, brand } = frame;
  const size = large ? 12 : 10;
  const leading = size * 1.3;
  const parts: string[] = [];
  let down = senderBox.top;
  const put = (line: SetLine) => {
    parts.push(place(senderBox.left, down + size, line));
    down += leading;
  };
  const wrapped = (text: string, weight: 400 | 700 = 400) =>
    setLines(letters, [{ text, weight }], size, senderBox.width).forEach(put);
  wrapped(service.name === brand.name ? brand.name : service.name, 700);
  for (const line of service.address) wrapped(line);
  wrapped(words.t('composer:letter.phone', { phone: service.phone }));
  wrapped(service.email);
  down += 4;
  wrapped(words.longDate(frame.date), 700);
  if (code) {
    // As large as the room allows: phones read 22 mm well.
    const side = Math.min(24 * mm, senderBox.bottom - down - 6);
    if (side > 14 * mm) {
      parts.push(square(codeAddress(frame.publicUrl, code), senderBox.left - 1.5 * mm, down + 3, side));
      parts.push(
        place(
          senderBox.left + side,
          down + side / 2 - 4,
          oneLine(letters, words.t('composer:letter.code-title'), size),
        ),
      );
      const shown = oneLine(letters, codeText(code), large ? 14 : 11, 700);
      const smaller = shown.width > senderBox.width - side ? oneLine(letters, codeText(code), 10, 700) : shown;
      parts.push(place(senderBox.left + side, down + side / 2 + 11, smaller));
    }
  }
  return parts.join('\n');
}

/** A QR code with its quiet zone, in pure black. */
function square(scanned: string, left: number, top: number, side: number): string {
  const code = qrModules(scanned);
  const module = side / (code.size + 2 * code.quietZone);
  const rectangles: string[] = [];
  for (let row = 0; row < code.size; row++) {
    for (let column = 0; column < code.size; column++) {
      const start = column;
      while (column < code.size && code.isDark(row, column)) column++;
      if (column === start) continue;
      // In modules, scaled once for all.
      rectangles.push(`${start + code.quietZone} ${-(row + code.quietZone) - 1} ${column - start} 1 re`);
    }
  }
  const scale = round4(module);
  return `q 0 g ${scale} 0 0 ${scale} ${round(left)} ${round(page.height - top)} cm\n${rectangles.join('\n')}\nf Q`;
}

/** A line with its left end and its baseline, from the left and the top of the page. */
export function place(left: number, down: number, line: SetLine): string {
  return at(left, page.height - down, line.operators);
}

function round4(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
