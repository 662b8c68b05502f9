import { keyedHash } from '@carers/database';
import { whenUsed } from '@carers/kernel';
import { z } from 'zod';

const phones = whenUsed<typeof import('libphonenumber-js/mobile')>('libphonenumber-js/mobile');

/** How somebody is reached and known: an e-mail address, or a mobile number. */
export interface Contact {
  channel: 'email' | 'text';
  /** Normalised: lower-case address, or E.164 number. */
  address: string;
}

const address = z.email().max(254);

/** Reads what a person typed in one box; null where it is neither. */
export function readContact(typed: string): Contact | null {
  return typed.includes('@') ? readEmail(typed) : readMobile(typed);
}

/** Lower case and without the white space that copying brings along. */
export function readEmail(typed: string): Contact | null {
  const result = address.safeParse(typed.trim().toLowerCase());
  return result.success ? { channel: 'email', address: result.data } : null;
}

/** A British mobile number however it is spaced, or another country's with its `+`. */
export function readMobile(typed: string): Contact | null {
  if (typed.length > 40) return null;
  const number = phones().parsePhoneNumberFromString(typed, 'GB');
  if (!number) return null;
  // Ofcom keeps 07700 900000 to 900999 for examples; no list of real numbers has them.
  const british = number.countryCallingCode === '44' && /^7\d{9}$/.test(number.nationalNumber);
  return british || number.isValid() ? { channel: 'text', address: number.number } : null;
}

/** The hash by which an account with this contact is found. */
export function hashOfContact({ channel, address: value }: Contact): string {
  return keyedHash(value, channel === 'email' ? 'email' : 'mobile');
}
