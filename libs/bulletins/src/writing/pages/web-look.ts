import {
  blocksHtml,
  type Composed,
  escapeHtml,
  type HtmlLook,
  inlinesHtml,
  type MergePerson,
  Pieces,
} from '@carers/composer';
import type { Words } from '@carers/pages';

const classes: Readonly<Record<Parameters<HtmlLook['of']>[0], string>> = {
  p: 'govuk-body',
  h2: 'govuk-heading-l',
  h3: 'govuk-heading-m',
  h4: 'govuk-heading-s',
  ul: 'govuk-list govuk-list--bullet',
  ol: 'govuk-list govuk-list--number',
  li: '',
  blockquote: 'govuk-inset-text',
  hr: 'govuk-section-break govuk-section-break--visible govuk-section-break--l',
  img: 'bulletin__picture',
  a: 'govuk-link',
  box: 'bulletin__box govuk-body',
  'box-title': 'bulletin__box-title',
};

/** Title and text of a bulletin as HTML of a page of ours: the same blocks as in the mail, with the site's style sheet. */
export function webHtml(
  composed: Composed,
  person: MergePerson,
  { words, pictures, calendars }: { words: Words; pictures: string; calendars: string | null },
): { title: string; body: string } {
  const look: HtmlLook = {
    words,
    of: (tag) => (classes[tag] ? ` class="${classes[tag]}"` : ''),
    pictureAddress: ({ number }) => `${pictures}/${number}`,
    calendarAddress: ({ number }) => (calendars === null ? null : `${calendars}/event-${number}.ics`),
  };
  const filled = (html: string) => new Pieces(html, escapeHtml).for(person);
  return { title: filled(inlinesHtml(composed.title, look)), body: filled(blocksHtml(composed.blocks, look)) };
}
