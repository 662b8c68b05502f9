import type { Words } from '@carers/pages';
import type { RegisterEntry, RegisterLine, RegisterPart } from './register.js';

const tagKinds: Record<RegisterPart['status'], string> = {
  accredited: 'yes',
  suspended: 'no',
  not_current: 'warn',
  ended: 'quiet',
};

/** One line of the register, as the partial `offer-card` shows it. */
export function lineView(line: RegisterLine, words: Words) {
  const first = line.accreditations.map(({ until }) => until).sort()[0]!;
  const category = words.t(`businesses:categories.${line.category}`);
  return {
    href: `/register/${line.slug}`,
    title: line.name,
    who: [category, words.list(line.towns)].filter(Boolean).join(' · '),
    conditions: words.list(line.accreditations.map(({ titleKey }) => words.t(titleKey))),
    tag: words.t('vetting:register.until', { date: words.longDate(first) }),
    tagKind: 'yes',
  };
}

/** The page of one business. */
export function entryView(entry: RegisterEntry, words: Words, publicUrl: string, scheme: string) {
  const url = `${publicUrl}/register/${entry.slug}`;
  const current = entry.parts.filter(({ status }) => status === 'accredited');
  return {
    name: entry.name,
    slug: entry.slug,
    gone: entry.gone,
    current: current.length > 0,
    /** Search engines are to forget it. */
    unlisted: current.length === 0,
    category: words.t(`businesses:categories.${entry.category}`),
    towns: words.list(entry.towns),
    summary: entry.summary,
    website: current.length > 0 ? entry.website : null,
    description: words.t(current.length ? 'vetting:register.description' : 'vetting:register.description-not', {
      name: entry.name,
      scheme,
    }),
    parts: entry.parts.map((part) => ({
      ...part,
      tagKey: `vetting:register.status.${part.status}`,
      tagKind: tagKinds[part.status],
      endedKey: `vetting:register.ended.${part.status}`,
    })),
    schema: current.length > 0 ? schemaOf(entry, current, words, url, publicUrl, scheme) : null,
  };
}

/** As schema.org has it: an organisation and the credentials that it holds. */
function schemaOf(
  entry: RegisterEntry,
  current: readonly RegisterPart[],
  words: Words,
  url: string,
  publicUrl: string,
  scheme: string,
) {
  return {
    '@context': 'https://schema.org',
    '@type': 'Organization',
    name: entry.name,
    url,
    ...(entry.website ? { sameAs: entry.website } : {}),
    ...(entry.summary ? { description: entry.summary } : {}),
    ...(entry.towns.length ? { areaServed: entry.towns } : {}),
    hasCredential: current.map(({ titleKey, since, until }) => ({
      '@type': 'EducationalOccupationalCredential',
      name: words.t(titleKey),
      credentialCategory: 'accreditation',
      recognizedBy: { '@type': 'Organization', name: scheme, url: publicUrl },
      dateCreated: since,
      expires: until,
      url,
    })),
  };
}
