import type { LetterAddress, MergePerson } from '@carers/composer';

/** Made-up people whose copies a writer looks at: names with letters of other languages show what fonts can do. */
export const samplePeople = ['standard', 'large_print', 'easy_read', 'other_language'] as const;
export type SamplePerson = (typeof samplePeople)[number];

export type Addressee = MergePerson & LetterAddress;

/**
 * One of them. Address and code are nobody's.
 * @param locales those in which the bulletin is written, English first
 */
export function samplePerson(which: SamplePerson, locales: readonly string[], publicUrl: string): Addressee {
  const common = { preferenceUrl: `${publicUrl}/preferences/${'example'.repeat(7).slice(0, 43)}`, code: 'EXAMP1E00' };
  const poole = ['3 Example Street', 'Hamworthy', 'POOLE', 'BH15 1HJ'];
  switch (which) {
    case 'large_print': {
      const name = 'Winifred Featherstone-Abernathy';
      const addressLines = [
        name,
        'Flat 12, The Old Rectory',
        'Church Lane',
        'Winterborne Example',
        'BLANDFORD FORUM',
        'DT11 0AA',
      ];
      return { ...common, firstName: 'Winifred', name, locale: 'en-GB', format: 'large_print', addressLines };
    }
    case 'easy_read':
      return { ...common, ...named('Sam', 'Sample', poole), locale: 'en-GB', format: 'easy_read' };
    case 'other_language': {
      const locale = locales.find((each) => each !== 'en-GB') ?? 'pl';
      return { ...common, ...named('Łukasz', 'Żółkiewski', poole), locale, format: 'standard' };
    }
    default:
      return { ...common, ...named('Morag', 'Tidewell', poole), locale: 'en-GB', format: 'standard' };
  }
}

function named(firstName: string, lastName: string, street: readonly string[]) {
  const name = `${firstName} ${lastName}`;
  return { firstName, name, addressLines: [name, ...street] };
}
