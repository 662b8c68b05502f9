import type { Token, Tokens } from 'marked';
import { lettersOf, type Inline } from '../document.js';
import type { Reading } from './reading.js';
import { hasMark, inlinesOf, onlyField } from './marks.js';
import { linkTarget, saysNothing } from './links.js';

/** Deeper than any writer goes, and shallow enough for every mail program and our own stack. */
export const deepest = 8;

/** What Markdown made of a line, in our own model. What has no place in a bulletin is a fault, never dropped. */
export function readInlines(tokens: readonly Token[], reading: Reading, line: number, depth = 0): Inline[] {
  if (depth > deepest) {
    reading.fault(line, 'too-deep');
    return [];
  }
  return tokens.flatMap((token) => readInline(token, reading, line, depth));
}

function readInline(token: Token, reading: Reading, line: number, depth: number): Inline[] {
  const { fields } = reading;
  switch (token.type) {
    case 'text': {
      const inner = (token as Tokens.Text).tokens;
      if (inner) return readInlines(inner, reading, line, depth + 1);
      // A line end inside a paragraph is a blank.
      return inlinesOf((token as Tokens.Text).text.replace(/ *\n */g, ' '), fields);
    }
    case 'escape':
      return inlinesOf((token as Tokens.Escape).text, fields);
    case 'strong':
    case 'em': {
      const type = token.type === 'em' ? 'emphasis' : 'strong';
      return [{ type, children: readInlines(token.tokens ?? [], reading, line, depth + 1) }];
    }
    case 'br':
      return [{ type: 'break' }];
    case 'link':
      return readLink(token as Tokens.Link, reading, line, depth);
    case 'image':
      // A picture stands by itself: `readBlocks` takes those; one amid words would tear the line.
      reading.fault(line, 'picture-in-line');
      return [];
    case 'html':
      reading.fault(line, 'raw-html', { typed: token.raw.trim().slice(0, 60) });
      return [];
    default:
      reading.fault(line, `no-${known[token.type] ?? 'such'}`);
      return [];
  }
}

const known: Readonly<Record<string, string>> = { codespan: 'code', del: 'strikethrough', checkbox: 'checkbox' };

function readLink(token: Tokens.Link, reading: Reading, line: number, depth: number): Inline[] {
  const children = readInlines(token.tokens, reading, line, depth + 1);
  const field = onlyField(token.href, reading.fields);
  if (field === null && hasMark(token.href)) {
    reading.fault(line, 'field-in-link');
    return children;
  }
  const words = lettersOf(children, () => 'x').trim();
  if (!words) reading.fault(line, 'link-empty');
  else if (saysNothing(words)) reading.notice(line, 'link-words', { words });
  if (field !== null) return [{ type: 'link', href: null, field, children }];
  const target = linkTarget(token.href, reading.publicUrl);
  if (!target) {
    reading.fault(line, 'link-unsafe', { typed: token.href.slice(0, 60) });
    return children;
  }
  if (target.plainHttp) reading.notice(line, 'link-http', { typed: target.href.slice(0, 60) });
  return [{ type: 'link', href: target.href, field: null, children }];
}
