import type { Chance } from '@carers/kernel';

/** Crockford's base32: no I, L, O or U, so that nothing is misread or misheard. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A reference of eight characters, 40 random bits. */
export function newReference(chance: Chance): string {
  return Array.from({ length: 8 }, () => chance.pick([...alphabet])).join('');
}

/** As people read it: `K7QP-3M9T`. */
export function shownReference(reference: string): string {
  return `${reference.slice(0, 4)}-${reference.slice(4)}`;
}

/** What somebody typed as (the start of) a reference; null where it cannot be one. */
export function readReference(typed: string): string | null {
  const text = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{3,8}$/.test(text) ? text : null;
}
