import { languageName } from '@carers/bulletins';
import { type AutomaticMessage, fieldsOf } from '../catalogue.js';
import type { MessageTemplateVersion } from '../words/message-template-version.entity.js';
import type { Opened } from './owners.js';

export const base = '/staff/automatic-messages';

/** Head of every page about one message. */
export function headOf({ message, ownerName, query }: Opened) {
  return {
    href: `${base}/${message.slug}`,
    query,
    nameKey: `automatic-messages:messages.${message.slug}.name`,
    whenKey: `automatic-messages:messages.${message.slug}.when`,
    audienceKey: `automatic-messages:audiences.${message.audience}`,
    channels: message.channels.map((channel) => `automatic-messages:channels.${channel}`),
    owner: ownerName,
    mayEdit: message.mayEdit,
    maySwitchOff: message.maySwitchOff,
  };
}

export function fieldViews(message: AutomaticMessage) {
  return fieldsOf(message).map((field) => ({
    code: `{{${field}}}`,
    key: `automatic-messages:fields.${field}`,
    needed: message.needs.includes(field),
  }));
}

/** @param names of accounts by their id */
export function versionView(version: MessageTemplateVersion, names: ReadonlyMap<string, string>) {
  const { locale, revision, title, markdown, shortText, savedAt, savedBy } = version;
  return {
    language: languageName(locale),
    revision,
    title,
    markdown,
    shortText,
    at: savedAt,
    by: names.get(savedBy) ?? '',
  };
}

/** A subject for a list of staff: what is filled in for each person stands as dots, not as its code. */
export function titleAsRead(title: string): string {
  return title.replace(/\{\{\s*\w+\s*\}\}/g, '…');
}
