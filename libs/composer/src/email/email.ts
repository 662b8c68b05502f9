import type { BrandColours, RenderedEmail } from '@carers/pages';
import { lettersOf } from '../document.js';
import type { EmailFrame } from '../frame.js';
import type { MergePerson } from '../merge-fields.js';
import { addressPlaceOf, escapeHtml, Pieces, placeOf } from '../pieces.js';
import type { Composed } from '../source.js';
import { plainText } from '../text/plain-text.js';
import { attachedPictures, contentIdOf } from './attachments.js';
import { blocksHtml, inlinesHtml, type HtmlLook } from './block-html.js';

interface ReadyEmail {
  subject: Pieces;
  html: Pieces;
  text: Pieces;
}

const ready = new WeakMap<Composed, WeakMap<EmailFrame, ReadyEmail>>();

/**
 * One person's e-mail. Everything but the person's own values is made once for a text and its frame, so a copy costs
 * about as much as joining its letters. Its pictures and calendar files are `attachmentsOf(composed)`.
 */
export function emailOf(composed: Composed, person: MergePerson, frame: EmailFrame): RenderedEmail {
  let frames = ready.get(composed);
  if (!frames) ready.set(composed, (frames = new WeakMap()));
  let pieces = frames.get(frame);
  if (!pieces) frames.set(frame, (pieces = makeReady(composed, frame)));
  return { subject: pieces.subject.for(person), html: pieces.html.for(person), text: pieces.text.for(person) };
}

function makeReady(composed: Composed, frame: EmailFrame): ReadyEmail {
  const look = mailLook(composed, frame);
  const subject = lettersOf(composed.title, placeOf);
  const { html } = frame.views.email(
    'composer/email',
    {
      subject,
      title: inlinesHtml(composed.title, look),
      body: blocksHtml(composed.blocks, look),
      why: frame.why,
      service: frame.service,
      preferences: addressPlaceOf('preferences'),
      pageUrl: composed.pageUrl,
      quiet: frame.brand.colours.quiet,
    },
    { locale: composed.locale, brand: frame.brand },
  );
  return {
    subject: new Pieces(subject, (value) => value),
    html: new Pieces(html, escapeHtml),
    text: new Pieces(plainText(composed, frame), (value) => value),
  };
}

/** Styles in each element: many mail programs drop a style sheet. */
function mailLook(composed: Composed, frame: EmailFrame): HtmlLook {
  const attached = attachedPictures(composed);
  const styles = mailStyles(frame.brand.colours);
  return {
    words: frame.words,
    of: (tag) => ` style="${styles[tag]}"`,
    pictureAddress: (picture) => (attached.has(picture) ? `cid:${contentIdOf(picture)}` : picture.url),
    calendarAddress: ({ number }) => (composed.pageUrl ? `${composed.pageUrl}/event-${number}.ics` : null),
  };
}

function mailStyles({ ink, sea, sand, line }: BrandColours): Record<Parameters<HtmlLook['of']>[0], string> {
  const box = `background:${sand};border-left:6px solid ${sea};padding:12px 16px`;
  return {
    p: 'margin:0 0 16px',
    h2: `margin:28px 0 8px;font-size:22px;line-height:1.3;color:${ink}`,
    h3: `margin:24px 0 8px;font-size:19px;line-height:1.3;color:${ink}`,
    h4: `margin:20px 0 4px;font-size:18px;line-height:1.3;color:${ink}`,
    ul: 'margin:0 0 16px;padding:0 0 0 24px',
    ol: 'margin:0 0 16px;padding:0 0 0 28px',
    li: 'margin:0 0 6px',
    blockquote: `margin:0 0 16px;padding:4px 0 4px 16px;border-left:4px solid ${line}`,
    hr: `border:0;border-top:1px solid ${line};margin:24px 0`,
    img: 'display:block;width:100%;max-width:100%;height:auto;border:0',
    a: `color:${sea};text-decoration:underline`,
    box: `margin:0 0 16px;${box}`,
    'box-title': 'font-size:19px',
  };
}
