import type { CaringRole } from '@carers/cards';
import { ageOn, type LocalDate } from '@carers/kernel';
import type { Policy } from '@carers/places';
import type { AgeBand } from './filter-fields.js';

/** The ages of a scheme that make a carer young. */
export type Ages = Pick<Policy['eligibility'], 'youngCarerUnder' | 'youngAdultFrom' | 'youngAdultTo'>;

/** The band of somebody's age on a day; null where the date of birth is not known. */
export function ageBandOf(birthDate: LocalDate | null, today: LocalDate): AgeBand | null {
  if (birthDate === null) return null;
  const age = ageOn(birthDate, today);
  if (age < 13) return 'under_13';
  if (age < 18) return '13_to_17';
  if (age <= 25) return '18_to_25';
  return age < 65 ? '26_to_64' : '65_or_over';
}

/**
 * What somebody is today: the registry's caring roles as they were when they joined, grown with the person. A young
 * carer who comes of age is an adult carer, unless they look after their own child only or have stopped.
 */
export function rolesOf(
  recorded: readonly CaringRole[],
  birthDate: LocalDate | null,
  ages: Ages,
  today: LocalDate,
): CaringRole[] {
  if (birthDate === null) return [...new Set(recorded)].sort();
  const age = ageOn(birthDate, today);
  const roles = new Set(recorded);
  const grown = roles.delete('young_carer');
  roles.delete('young_adult_carer');
  if (age < ages.youngCarerUnder) roles.add('young_carer');
  else if (grown && !roles.has('parent_carer') && !roles.has('former_carer')) roles.add('adult_carer');
  if (age >= ages.youngAdultFrom && age <= ages.youngAdultTo) roles.add('young_adult_carer');
  return [...roles].sort();
}
