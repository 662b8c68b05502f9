import { eventLines, offerLines } from '../email/block-html.js';
import { lettersOf, type Block, type Inline } from '../document.js';
import type { Frame } from '../frame.js';
import { placeOf } from '../pieces.js';
import type { Composed } from '../source.js';

/** The text part of an e-mail, from the same blocks; the places of fields are marked. */
export function plainText(composed: Composed, frame: Frame): string {
  const { words, service } = frame;
  return [
    lettersOf(composed.title, placeOf),
    blocksText(composed.blocks, frame),
    '--',
    frame.why,
    `${words.t('composer:email.preferences')}: ${placeOf('preferences')}`,
    composed.pageUrl ? `${words.t('composer:email.page')}: ${composed.pageUrl}` : '',
    [service.name, ...service.address].join(', '),
    words.t('composer:email.talk', { phone: service.phone, email: service.email }),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function blocksText(blocks: readonly Block[], frame: Frame): string {
  return blocks.map((block) => blockText(block, frame)).join('\n\n');
}

function blockText(block: Block, frame: Frame): string {
  const { words } = frame;
  switch (block.type) {
    case 'heading': {
      const text = inlinesText(block.children);
      // A line under it: plain text has no other way to show that this is a heading.
      return block.level === 2 ? `${text}\n${'-'.repeat(Math.min(60, Math.max(3, text.length)))}` : text;
    }
    case 'paragraph':
      return inlinesText(block.children);
    case 'list':
      return block.items
        .map((item, index) => {
          const sign = block.ordered ? `${block.start + index}. ` : '- ';
          return sign + blocksText(item, frame).replace(/\n/g, `\n${' '.repeat(sign.length)}`);
        })
        .join('\n');
    case 'quote':
      return blocksText(block.blocks, frame).replace(/^/gm, '> ');
    case 'rule':
      return '* * *';
    case 'picture':
      return words.t('composer:text.picture', { alt: block.alt });
    case 'event':
      return eventLines(block.event, words)
        .map(({ label, text }) => (label ? `${label} ${text}` : text))
        .join('\n');
    case 'offer':
      return [...offerLines(block.offer, words).map(({ text }) => text), block.offer.url].join('\n');
  }
}

/** Words, and behind those of a link its address. */
export function inlinesText(
  inlines: readonly Inline[],
  showAddress: (href: string) => string = (href) => href,
): string {
  return inlines
    .map((inline) => {
      switch (inline.type) {
        case 'text':
          return inline.text;
        case 'field':
          return placeOf(inline.name);
        case 'break':
          return '\n';
        case 'link': {
          const words = inlinesText(inline.children, showAddress);
          const href = inline.field === null ? showAddress(inline.href!) : placeOf(inline.field);
          return sameAddress(words, href) ? words : `${words} (${href})`;
        }
        default:
          return inlinesText(inline.children, showAddress);
      }
    })
    .join('');
}

function sameAddress(words: string, href: string): boolean {
  const bare = (text: string) =>
    text
      .toLowerCase()
      .replace(/^(mailto:|tel:|https?:\/\/(www\.)?)/, '')
      .replace(/^www\.|[\s()/-]/g, '');
  return bare(words) === bare(href);
}
