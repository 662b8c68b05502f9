import type { Token, Tokens } from 'marked';
import { lettersOf, type Block, type HeadingLevel } from '../document.js';
import { readEvent } from '../events.js';
import { deepest, readInlines } from './inline-reader.js';
import { hasMark } from './marks.js';
import type { Reading } from './reading.js';

const offerLine = /^::offer\{([0-9a-f-]{36})\}$/;

/** What Markdown made of a text, in our own model. Lines are counted by what each token was made from. */
export function readBlocks(tokens: readonly Token[], reading: Reading, from: number, depth = 0): Block[] {
  if (depth > deepest) {
    reading.fault(from, 'too-deep');
    return [];
  }
  let line = from;
  return tokens.flatMap((token) => {
    const at = line + leadingLines(token.raw);
    line += token.raw.split('\n').length - 1;
    return readBlock(token, reading, at, depth);
  });
}

function readBlock(token: Token, reading: Reading, line: number, depth: number): Block[] {
  switch (token.type) {
    case 'space':
    case 'def':
      return [];
    case 'heading':
      return readHeading(token as Tokens.Heading, reading, line);
    case 'paragraph':
    case 'text':
      return readParagraph(token as Tokens.Paragraph, reading, line);
    case 'list':
      return readList(token as Tokens.List, reading, line, depth);
    case 'blockquote': {
      const blocks = readBlocks((token as Tokens.Blockquote).tokens, reading, line, depth + 1);
      return blocks.length > 0 ? [{ type: 'quote', blocks }] : [];
    }
    case 'hr':
      return [{ type: 'rule' }];
    case 'code':
      return readCode(token as Tokens.Code, reading, line);
    case 'html':
      reading.fault(line, 'raw-html', { typed: token.raw.trim().slice(0, 60) });
      return [];
    default:
      reading.fault(line, token.type === 'table' ? 'no-table' : 'no-such');
      return [];
  }
}

function readHeading({ depth, tokens }: Tokens.Heading, reading: Reading, line: number): Block[] {
  const children = readInlines(tokens, reading, line);
  if (!lettersOf(children, () => 'x').trim()) reading.fault(line, 'heading-empty');
  if (depth === 1) reading.fault(line, 'heading-first');
  else if (depth > 4) reading.fault(line, 'heading-deep');
  return [{ type: 'heading', level: Math.min(4, Math.max(2, depth)) as HeadingLevel, children }];
}

/** A paragraph, or pictures or offers that stand by themselves, each on a line of its own. */
function readParagraph(token: Tokens.Paragraph | Tokens.Text, reading: Reading, line: number): Block[] {
  const tokens = token.tokens ?? [];
  const words = tokens.filter((each) => !(each.type === 'br' || (each.type === 'text' && !each.raw.trim())));
  if (words.length > 0 && words.every(({ type }) => type === 'image'))
    return words.flatMap((image) => readPicture(image as Tokens.Image, reading, line));
  const lines = token.text.trim().split('\n');
  const directives = lines.filter((each) => /^\s*::/.test(each));
  if (directives.length === 0) {
    const children = readInlines(tokens, reading, line);
    return children.length > 0 ? [{ type: 'paragraph', children }] : [];
  }
  if (directives.length < lines.length) {
    reading.fault(line, 'offer-alone');
    return [];
  }
  return directives.flatMap((each, index): Block[] => {
    const [, id] = offerLine.exec(each.trim()) ?? [];
    const offer = id ? reading.offer(id) : null;
    if (!id) reading.fault(line + index, 'directive-unknown', { typed: each.trim().slice(0, 60) });
    else if (!offer) reading.notice(line + index, 'offer-unlisted');
    return offer ? [{ type: 'offer', offer }] : [];
  });
}

function readPicture(token: Tokens.Image, reading: Reading, line: number): Block[] {
  const [, number] = /^picture:(\d{1,4})$/.exec(token.href) ?? [];
  if (!number) {
    reading.fault(line, 'picture-address', { typed: token.href.slice(0, 60) });
    return [];
  }
  const picture = reading.picture(Number(number));
  if (!picture) {
    reading.fault(line, 'picture-unknown', { number });
    return [];
  }
  const alt = token.text.trim() || picture.alt.trim();
  if (!alt) reading.fault(line, 'picture-alt');
  if (hasMark(alt)) reading.fault(line, 'field-in-picture');
  reading.used.add(picture);
  return [{ type: 'picture', picture, alt }];
}

function readList(token: Tokens.List, reading: Reading, line: number, depth: number): Block[] {
  let at = line;
  const items = token.items.map((item) => {
    if (item.task) reading.fault(at, 'no-checkbox');
    const blocks = readBlocks(item.tokens, reading, at, depth + 1);
    if (blocks.some(({ type }) => type === 'heading')) reading.fault(at, 'heading-in-list');
    at += item.raw.split('\n').length - (item.raw.endsWith('\n') ? 1 : 0);
    return blocks;
  });
  const start = typeof token.start === 'number' ? Math.min(token.start, 9_999) : 1;
  return [{ type: 'list', ordered: token.ordered, start, items }];
}

function readCode({ lang, text, codeBlockStyle }: Tokens.Code, reading: Reading, line: number): Block[] {
  if (codeBlockStyle === 'indented') reading.fault(line, 'no-indented');
  else if (lang?.trim().toLowerCase() !== 'event') reading.fault(line, 'no-code');
  else if (hasMark(text)) reading.fault(line, 'field-in-event');
  else {
    const read = readEvent(text, reading.events.length + 1, line + 1);
    if ('faults' in read) reading.faults.push(...read.faults);
    else {
      reading.events.push(read.event);
      return [{ type: 'event', event: read.event }];
    }
  }
  return [];
}

function leadingLines(raw: string): number {
  return /^\n*/.exec(raw)![0].length;
}
