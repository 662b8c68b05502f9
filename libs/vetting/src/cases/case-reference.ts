import type { Chance } from '@carers/kernel';

/** Crockford's base32: no I, L, O or U, so that nothing is misread or misheard. */
const alphabet = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'];

/** A reference of eight characters, 40 random bits. */
export function newCaseReference(chance: Chance): string {
  return Array.from({ length: 8 }, () => chance.pick(alphabet)).join('');
}

/** As people read it: `K7QP-3M9T`. */
export function shownCaseReference(reference: string): string {
  return `${reference.slice(0, 4)}-${reference.slice(4)}`;
}
