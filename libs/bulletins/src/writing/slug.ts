import type { Chance } from '@carers/kernel';

const letters = 'abcdefghjkmnpqrstvwxyz23456789';

/** The end of a bulletin's public address: its title, and five letters so that two of one name differ. Never changes. */
export function slugOf(title: string, chance: Chance): string {
  const words = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  const end = Array.from({ length: 5 }, () => letters[chance.below(letters.length)]).join('');
  return words ? `${words}-${end}` : end;
}
