import { addressPlaceOf, escapeHtml, placeOf } from '../pieces.js';
import type { Block, HeadingLevel, Inline } from '../document.js';
import type { ComposerEvent } from '../events.js';
import type { ComposerOffer, ComposerPicture } from '../source.js';
import type { Words } from '@carers/pages';

type Tag = 'p' | 'ul' | 'ol' | 'li' | 'blockquote' | 'hr' | 'img' | 'a' | 'box' | 'box-title';

/** How a place shows the same text: mails carry their styles in each element, pages have a style sheet. */
export interface HtmlLook {
  /** Attributes of an element, with a blank in front. */
  of(tag: Tag | `h${HeadingLevel}`): string;
  pictureAddress(picture: ComposerPicture): string;
  /** Address of an event's calendar file; null where there is none to go to. */
  calendarAddress(event: ComposerEvent): string | null;
  words: Words;
}

/** HTML of some blocks; the places of fields are marked. Every letter of a text is escaped: HTML comes from here alone. */
export function blocksHtml(blocks: readonly Block[], look: HtmlLook): string {
  return blocks.map((block) => blockHtml(block, look)).join('\n');
}

export function inlinesHtml(inlines: readonly Inline[], look: HtmlLook): string {
  return inlines
    .map((inline) => {
      switch (inline.type) {
        case 'text':
          return escapeHtml(inline.text);
        case 'field':
          return inline.name === 'firstName' || inline.name === 'name'
            ? `<bdi>${placeOf(inline.name)}</bdi>`
            : placeOf(inline.name);
        case 'break':
          return '<br>';
        case 'link': {
          const href = inline.field === null ? escapeHtml(inline.href!) : addressPlaceOf(inline.field);
          return `<a href="${href}"${look.of('a')}>${inlinesHtml(inline.children, look)}</a>`;
        }
        default: {
          const tag = inline.type === 'strong' ? 'strong' : 'em';
          return `<${tag}>${inlinesHtml(inline.children, look)}</${tag}>`;
        }
      }
    })
    .join('');
}

function blockHtml(block: Block, look: HtmlLook): string {
  switch (block.type) {
    case 'heading': {
      const tag = `h${block.level}` as const;
      return `<${tag}${look.of(tag)}>${inlinesHtml(block.children, look)}</${tag}>`;
    }
    case 'paragraph':
      return `<p${look.of('p')}>${inlinesHtml(block.children, look)}</p>`;
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul';
      const start = block.ordered && block.start !== 1 ? ` start="${block.start}"` : '';
      const items = block.items.map((item) => `<li${look.of('li')}>${itemHtml(item, look)}</li>`);
      return `<${tag}${start}${look.of(tag)}>${items.join('')}</${tag}>`;
    }
    case 'quote':
      return `<blockquote${look.of('blockquote')}>${blocksHtml(block.blocks, look)}</blockquote>`;
    case 'rule':
      return `<hr${look.of('hr')}>`;
    case 'picture': {
      const { width, height } = shown(block.picture);
      const source = escapeHtml(look.pictureAddress(block.picture));
      const size = `width="${width}" height="${height}"`;
      return `<p${look.of('p')}><img src="${source}" alt="${escapeHtml(block.alt)}" ${size}${look.of('img')}></p>`;
    }
    case 'event':
      return eventHtml(block.event, look);
    case 'offer':
      return offerHtml(block.offer, look);
  }
}

/** A line of a list that is one paragraph is set without one. */
function itemHtml(item: readonly Block[], look: HtmlLook): string {
  const [only] = item;
  if (item.length > 0 && only?.type === 'paragraph')
    return inlinesHtml(only.children, look) + (item.length > 1 ? `\n${blocksHtml(item.slice(1), look)}` : '');
  return blocksHtml(item, look);
}

/** At most the column's 560 pixels; the file holds up to twice as many, for sharp screens. */
function shown({ mail }: ComposerPicture): { width: number; height: number } {
  const width = Math.min(560, mail.width);
  return { width, height: Math.max(1, Math.round((mail.height * width) / mail.width)) };
}

function eventHtml(event: ComposerEvent, look: HtmlLook): string {
  const href = look.calendarAddress(event);
  const rows = eventLines(event, look.words).map(({ label, text }) =>
    label
      ? `<strong>${escapeHtml(label)}</strong> ${escapeHtml(text)}`
      : `<strong${look.of('box-title')}>${escapeHtml(text)}</strong>`,
  );
  if (href)
    rows.push(
      `<a href="${escapeHtml(href)}"${look.of('a')}>${escapeHtml(look.words.t('composer:event.calendar'))}</a>`,
    );
  return `<p${look.of('box')}>${rows.join('<br>')}</p>`;
}

function offerHtml(offer: ComposerOffer, look: HtmlLook): string {
  const rows = offerLines(offer, look.words).map(({ label, text }) =>
    label === null ? escapeHtml(text) : `<strong${look.of('box-title')}>${escapeHtml(text)}</strong>`,
  );
  rows.push(`<a href="${escapeHtml(offer.url)}"${look.of('a')}>${escapeHtml(look.words.t('composer:offer.link'))}</a>`);
  return `<p${look.of('box')}>${rows.join('<br>')}</p>`;
}

/** What is said of an event, the same in every output; the first is its title. */
export function eventLines(event: ComposerEvent, words: Words): { label: string | null; text: string }[] {
  const times = event.to
    ? words.t('composer:event.from-to', { from: words.clockTime(event.from), to: words.clockTime(event.to) })
    : words.clockTime(event.from);
  const rows: [key: string, text: string | null][] = [
    ['when', words.t('composer:event.day-times', { day: words.weekdayDate(event.date), times })],
    ['where', event.place],
    ['book', event.book],
    ['cost', event.cost],
  ];
  return [
    { label: null, text: event.title },
    ...rows.flatMap(([key, text]) => (text ? [{ label: words.t(`composer:event.${key}`), text }] : [])),
    ...(event.about ? [{ label: words.t('composer:event.about'), text: event.about }] : []),
  ];
}

/** What is said of an offer, the same in every output; the first is its title. */
export function offerLines(offer: ComposerOffer, words: Words): { label: 'title' | null; text: string }[] {
  return [
    { label: 'title', text: offer.title },
    { label: null, text: words.t('composer:offer.who-where', { business: offer.business, where: offer.where }) },
    ...(offer.sentence && offer.sentence !== offer.title ? [{ label: null, text: offer.sentence }] : []),
  ];
}
