import { eventLines, offerLines } from '../email/block-html.js';
import type { Block, Inline } from '../document.js';
import type { Weight } from '../fonts/font-file.js';
import type { FieldName } from '../merge-fields.js';
import type { ComposerPicture } from '../source.js';
import type { Words } from '@carers/pages';
import type { Lettercase } from './lettercase.js';
import { mm, oneLine, round, setLines, type Span } from './setting.js';

/**
 * One line of a letter, or a picture: how high it is and what draws it, in PDF operators with the origin at the left
 * margin and the item's top, upwards positive.
 */
export interface Item {
  height: number;
  /** Blank above it, unless it begins a page. */
  above: number;
  /** Whether it must not be the last on its page: a heading, the first line of a paragraph and the last but one. */
  keepsNext: boolean;
  operators: string;
  picture?: ComposerPicture;
}

/** How large letters are set. `size` and `leading` in points. */
export interface LetterSize {
  size: number;
  leading: number;
  headings: Readonly<Record<1 | 2 | 3 | 4, number>>;
}

/** 12 points for most, 18 for those who asked for large print (RNIB Clear Print; UKAAF G003): set anew, not enlarged. */
export const letterSizes = {
  standard: { size: 12, leading: 16.5, headings: { 1: 20, 2: 15, 3: 13, 4: 12 } },
  large: { size: 18, leading: 26, headings: { 1: 26, 2: 22, 3: 19, 4: 18 } },
} as const satisfies Record<string, LetterSize>;

export interface Setting {
  letters: Lettercase;
  size: LetterSize;
  words: Words;
  /** Of a line, in points. */
  width: number;
  fieldText(name: FieldName): string;
}

/** The lines of some blocks, in their order. */
export function itemsOf(blocks: readonly Block[], setting: Setting, indent = 0): Item[] {
  return blocks.flatMap((block) => blockItems(block, setting, indent));
}

function blockItems(block: Block, setting: Setting, indent: number): Item[] {
  const { leading } = setting.size;
  const gap = leading * 0.55;
  switch (block.type) {
    case 'heading':
      return headingItems(block.level, block.children, setting);
    case 'paragraph':
      return lineItems(spansOf(block.children, setting), setting, { indent, above: gap });
    case 'list':
      return block.items.flatMap((item, index) => {
        const sign = block.ordered ? `${block.start + index}.` : '•';
        return listItem(sign, item, setting, indent, index === 0 ? gap : leading * 0.25);
      });
    case 'quote':
      return barred(itemsOf(block.blocks, setting, indent + 5 * mm), indent, '0.6 G', 1);
    case 'rule':
      return [
        {
          height: leading,
          above: gap,
          keepsNext: false,
          operators: `0.6 G 0.7 w 0 ${round(-leading / 2)} m ${round(setting.width)} ${round(-leading / 2)} l S`,
        },
      ];
    case 'picture':
      return pictureItems(block.picture, setting, gap, indent);
    case 'event':
      return boxItems(
        eventLines(block.event, setting.words).map(({ label, text }) =>
          label ? [bold(`${label} `), plain(text)] : [bold(text)],
        ),
        setting,
        indent,
      );
    case 'offer':
      return boxItems(
        [
          ...offerLines(block.offer, setting.words).map(({ label, text }) => [
            label === null ? plain(text) : bold(text),
          ]),
          [plain(shownAddress(block.offer.url))],
        ],
        setting,
        indent,
      );
  }
}

function bold(text: string): Span {
  return { text, weight: 700 };
}

function plain(text: string): Span {
  return { text, weight: 400 };
}

/** A heading, which never stands alone at the foot of a page. */
export function headingItems(level: 1 | 2 | 3 | 4, line: readonly Inline[], setting: Setting): Item[] {
  const size = setting.size.headings[level];
  const spans = spansOf(line, setting).map(({ text }) => ({ text, weight: 700 as const }));
  return setLines(setting.letters, spans, size, setting.width).map(({ operators }, index) => ({
    height: size * 1.3,
    above: index > 0 ? 0 : level === 1 ? 0 : setting.size.leading * 0.9,
    keepsNext: true,
    operators: at(0, -size, operators),
  }));
}

/** Lines of running text. Neither the first nor the last is left alone on a page. */
export function lineItems(
  spans: readonly Span[],
  setting: Setting,
  { indent = 0, above = 0, keepAll = false }: { indent?: number; above?: number; keepAll?: boolean } = {},
): Item[] {
  const { size, leading } = setting.size;
  const lines = setLines(setting.letters, spans, size, setting.width - indent);
  return lines.map(({ operators }, index) => ({
    height: leading,
    above: index === 0 ? above : 0,
    keepsNext: index < lines.length - 1 && (keepAll || index === 0 || index === lines.length - 2),
    operators: at(indent, -size, operators),
  }));
}

function listItem(sign: string, blocks: readonly Block[], setting: Setting, indent: number, above: number): Item[] {
  const inner = indent + setting.size.size * (sign.length > 2 ? 2 : 1.4);
  const items = itemsOf(blocks, setting, inner);
  const [first] = items;
  if (!first) return [];
  const mark = oneLine(setting.letters, sign, setting.size.size);
  first.operators += `\n${at(indent, -setting.size.size, mark.operators)}`;
  first.above = above;
  return items;
}

function pictureItems(picture: ComposerPicture, setting: Setting, above: number, indent: number): Item[] {
  const { width, height } = picture.print;
  // 150 dots to the inch at least, no wider than the line, no higher than a third of the page.
  const wide = Math.min((width / 150) * 72, setting.width - indent, (95 * mm * width) / height);
  const high = (wide * height) / width;
  return [
    {
      height: high,
      above,
      keepsNext: false,
      operators: `q ${round(wide)} 0 0 ${round(high)} ${round(indent)} ${round(-high)} cm /Picture${picture.number} Do Q`,
      picture,
    },
  ];
}

/** An event or an offer: a bar at its side holds it together, and so do page ends. */
function boxItems(lines: readonly Span[][], setting: Setting, indent: number): Item[] {
  const gap = setting.size.leading * 0.7;
  const items = lines.flatMap((spans, index) =>
    lineItems(spans, setting, { indent: indent + 5 * mm, above: index === 0 ? gap : 0, keepAll: true }),
  );
  items.forEach((item, index) => (item.keepsNext = index < items.length - 1));
  return barred(items, indent, '0.25 G', 2.5);
}

function barred(items: readonly Item[], indent: number, colour: string, weight: number): Item[] {
  return items.map((item, index) => {
    const top = index === 0 ? 0 : item.above;
    const x = round(indent + 1.5 * mm);
    return {
      ...item,
      operators: `q ${colour} ${weight} w ${x} ${round(top)} m ${x} ${round(-item.height)} l S Q\n${item.operators}`,
    };
  });
}

/** Words of a line with their weights. Emphasis is bold: slanted letters are hard to read (RNIB Clear Print). */
export function spansOf(line: readonly Inline[], setting: Setting, weight: Weight = 400): Span[] {
  return line.flatMap((inline): Span[] => {
    switch (inline.type) {
      case 'text':
        return [{ text: inline.text, weight }];
      case 'field':
        return [{ text: setting.fieldText(inline.name), weight }];
      case 'break':
        return [{ text: '\n', weight }];
      case 'link': {
        const words = spansOf(inline.children, setting, weight);
        const address = inline.field === null ? shownAddress(inline.href!) : setting.fieldText(inline.field);
        const said = words.map(({ text }) => text).join('');
        return shownAddress(said) === address ? words : [...words, { text: ` (${address})`, weight }];
      }
      default:
        return spansOf(inline.children, setting, 700);
    }
  });
}

/** An address as one types it: without what the browser adds by itself. */
export function shownAddress(href: string): string {
  return href.replace(/^(https?:\/\/(www\.)?|mailto:|tel:)/, '').replace(/\/$/, '');
}

/** Moves the pen of a piece of text. */
export function at(x: number, y: number, operators: string): string {
  return operators && operators.replace('BT\n', `BT 1 0 0 1 ${round(x)} ${round(y)} Tm\n`);
}
