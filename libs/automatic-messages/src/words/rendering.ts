import {
  blocksHtml,
  type Composed,
  emailOf,
  escapeHtml,
  type HtmlLook,
  inlinesHtml,
  type MergePerson,
  Pieces,
  textOf,
} from '@carers/composer';
import type { SubscriberFiles } from '@carers/information-service';
import type { Channel } from '@carers/messages';
import type { Brand, BrandColours, RenderedEmail, Views, Words } from '@carers/pages';

/** What stands around a message. */
export interface Around {
  views: Views;
  brand: Brand;
  words: Words;
  publicUrl: string;
  /** The carers service that writes, to people on its list; null for messages about a card or a business. */
  service: Awaited<ReturnType<SubscriberFiles['of']>>['service'] | null;
}

/**
 * One person's message. What a carers service writes carries its name, why it comes and how to stop it (PECR, regulation
 * 23); what is about a card or a business looks like every other message of the scheme.
 */
export function rendered(
  composed: Composed,
  person: MergePerson,
  channel: Channel,
  around: Around,
): { subject: string; text: string; html: string | null } {
  if (channel === 'text') return { subject: '', text: textFor(composed, person, around), html: null };
  const email = emailFor(composed, person, around);
  // The text part of the e-mail is also the letter.
  return { ...email, html: channel === 'email' ? email.html : null };
}

function textFor(composed: Composed, person: MergePerson, { service, words }: Around): string {
  if (service) return textOf(composed, person, { words }).text;
  const plain = plainLook(words);
  return unescaped(new Pieces(inlinesHtml(composed.shortText ?? composed.title, plain), escapeHtml).for(person));
}

function emailFor(composed: Composed, person: MergePerson, around: Around): RenderedEmail {
  const { views, brand, words, publicUrl, service } = around;
  if (service) {
    const why = words.t('automatic-messages:why', { service: service.name });
    return emailOf(composed, person, { views, brand, words, service, why, publicUrl });
  }
  const look = mailLook(brand.colours, words);
  const filled = (html: string) => new Pieces(html, escapeHtml).for(person);
  const title = filled(inlinesHtml(composed.title, look));
  const model = { title, body: filled(blocksHtml(composed.blocks, look)), subject: unescaped(title) };
  return views.email('automatic-messages/messages/words', model, { locale: composed.locale, brand });
}

/** HTML of one line without its elements. */
function unescaped(html: string): string {
  return html.replace(/<[^>]*>/g, '').replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

function plainLook(words: Words): HtmlLook {
  return { words, of: () => '', pictureAddress: () => '', calendarAddress: () => null };
}

/** Styles in each element: many mail programs drop a style sheet. */
function mailLook({ ink, sea, line }: BrandColours, words: Words): HtmlLook {
  const styles: Partial<Record<Parameters<HtmlLook['of']>[0], string>> = {
    p: 'margin:0 0 16px',
    h2: `margin:28px 0 8px;font-size:22px;line-height:1.3;color:${ink}`,
    h3: `margin:24px 0 8px;font-size:19px;line-height:1.3;color:${ink}`,
    ul: 'margin:0 0 16px;padding:0 0 0 24px',
    ol: 'margin:0 0 16px;padding:0 0 0 28px',
    li: 'margin:0 0 6px',
    blockquote: `margin:0 0 16px;padding:4px 0 4px 16px;border-left:4px solid ${line}`,
    a: `color:${sea};text-decoration:underline`,
  };
  return { ...plainLook(words), of: (tag) => (styles[tag] ? ` style="${styles[tag]}"` : '') };
}
