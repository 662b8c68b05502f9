import type { Remark } from '@carers/composer';
import type { SchemeInForce } from '@carers/places';
import type { OfficerScope } from '@carers/information-service';
import type { BulletinVersion } from '../bulletin-version.entity.js';
import type { Bulletin } from '../bulletin.entity.js';

const kinds: Readonly<Record<Bulletin['state'], 'yes' | 'no' | 'warn'>> = {
  draft: 'warn',
  awaiting_second: 'warn',
  scheduled: 'warn',
  sending: 'yes',
  paused: 'no',
  sent: 'yes',
  cancelled: 'no',
};

export const base = '/staff/information-service/bulletins';

export function lineView(bulletin: Bulletin, services: ReadonlyMap<string, string>) {
  return {
    href: `${base}/${bulletin.id}`,
    title: bulletin.title,
    state: { key: `bulletins:states.${bulletin.state}`, kind: kinds[bulletin.state] },
    purposeKey: `bulletins:purposes.${bulletin.purpose}`,
    service: services.get(bulletin.carersServiceId) ?? '',
    updatedAt: bulletin.updatedAt,
  };
}

export function serviceNames({ carersServices }: SchemeInForce): ReadonlyMap<string, string> {
  return new Map(carersServices.map(({ id, name }) => [id, name]));
}

/** The services that somebody may write for. */
export function servicesOf({ carersServices }: SchemeInForce, scope: OfficerScope) {
  return carersServices
    .filter(({ id }) => scope === null || scope.includes(id))
    .map(({ id, name }) => ({ value: id, text: name }));
}

export function textView({ bulletinId, locale, edition, title, updatedAt }: BulletinVersion) {
  return {
    href: `${base}/${bulletinId}/texts/${locale}/${edition}`,
    language: languageName(locale),
    locale,
    edition,
    editionKey: `bulletins:editions.${edition}`,
    title,
    updatedAt,
    removable: !(locale === 'en-GB' && edition === 'standard'),
  };
}

/** "Polski" for pl: a language is named in itself. */
export function languageName(locale: string): string {
  const name = new Intl.DisplayNames([locale], { type: 'language' }).of(locale) ?? locale;
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
}

/** What is wrong with a text, or worth knowing, with where. */
export function remarkView({ line, key, params }: Remark) {
  return { line: line && line > 0 ? line : null, key, params: params ?? {} };
}
