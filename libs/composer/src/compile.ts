import { dirOf } from '@carers/pages';
import { Lexer } from 'marked';
import { calendarOf } from './calendar.js';
import { lettersOf, type Block, type Inline } from './document.js';
import { CompositionFaults, type Remark } from './faults.js';
import { readBlocks } from './reading/block-reader.js';
import { inlinesOf, markFields } from './reading/marks.js';
import { Reading } from './reading/reading.js';
import type { Composed, ComposerSource } from './source.js';
import { checkShortText } from './text/text-message.js';

/** Most characters of a text: some twelve pages of a letter. */
export const mostCharacters = 20_000;

/**
 * Reads and checks one text. The result is plain data, the same for everybody who gets it, and never changes.
 * @throws CompositionFaults with everything that has to be put right before it may be sent
 */
export function compile(source: ComposerSource): Composed {
  const { faults, notices, composed } = read(source);
  if (faults.length > 0) throw new CompositionFaults(faults, notices);
  return composed;
}

/** What is wrong with a text, and what is worth knowing, for somebody who is still writing it. */
export function check(source: ComposerSource): { faults: readonly Remark[]; notices: readonly Remark[] } {
  const { faults, notices } = read(source);
  return { faults, notices };
}

function read(source: ComposerSource): { faults: Remark[]; notices: Remark[]; composed: Composed } {
  const markdown = source.markdown.toWellFormed().replace(/\r\n?/g, '\n');
  const title = readLine(source.title, source, 0);
  const shortText = source.shortText?.trim() ? readLine(source.shortText, source, null) : null;
  const body = markFields(markdown.slice(0, mostCharacters), source.extraFields);
  const reading = new Reading(source, body.fields);
  const blocks = blocksOf(body.text, reading);
  reading.faults.push(...body.faults);
  checkHeadings(blocks, reading);
  if (!lettersOf(title.inlines, () => 'x').trim()) reading.fault(0, 'title-missing');
  if (blocks.length === 0 && reading.faults.length === 0) reading.fault(1, 'text-missing');
  if (markdown.length > mostCharacters) reading.fault(1, 'text-too-long', { max: mostCharacters });
  const composed: Composed = Object.freeze({
    locale: source.locale,
    dir: dirOf(source.locale),
    title: title.inlines,
    blocks,
    shortText: shortText?.inlines ?? null,
    pageUrl: source.pageUrl ?? null,
    publicUrl: source.publicUrl,
    events: reading.events,
    pictures: [...reading.used],
    calendars: reading.events.map((event) => calendarOf(event, source)),
    notices: reading.notices,
  });
  const faults = [...title.faults, ...(shortText?.faults ?? []), ...reading.faults];
  if (faults.length === 0) checkShortText(composed, reading);
  return {
    faults: [...faults, ...(faults.length === 0 ? reading.faults : [])].sort(
      (one, other) => (one.line ?? -1) - (other.line ?? -1),
    ),
    notices: reading.notices.sort((one, other) => (one.line ?? -1) - (other.line ?? -1)),
    composed,
  };
}

function blocksOf(text: string, reading: Reading): Block[] {
  let tokens;
  try {
    tokens = new Lexer({ gfm: true }).lex(text);
  } catch {
    // A thousand signs of quotation in a row, say: beyond what the reader of Markdown bears.
    reading.fault(1, 'unreadable');
    return [];
  }
  return readBlocks(tokens, reading, 1);
}

function readLine(typed: string, source: ComposerSource, line: number | null): { inlines: Inline[]; faults: Remark[] } {
  const plain = typed
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  const { text, fields, faults } = markFields(plain, source.extraFields, 1);
  return { inlines: inlinesOf(text, fields), faults: faults.map((fault) => ({ ...fault, line })) };
}

/** Levels go down one at a time (WCAG 2.2, 1.3.1): people who listen find their way by them. */
function checkHeadings(blocks: readonly Block[], reading: Reading): void {
  let above = 1;
  for (const block of blocks) {
    if (block.type !== 'heading') continue;
    if (block.level > above + 1) {
      const heading = lettersOf(block.children, (name) => `{{${name}}}`).slice(0, 60);
      reading.faults.push({ line: null, key: 'composer:faults.heading-skipped', params: { heading } });
    }
    above = block.level;
  }
}
