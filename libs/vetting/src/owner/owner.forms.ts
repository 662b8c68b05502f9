import { readEmail, readMobile } from '@carers/access';
import { isCleanText, line, optionalLine } from '@carers/kernel';
import { choice, dateBoxes, ticked } from '@carers/pages';
import { z } from 'zod';
import type { PersonRole } from '../checks/vetting-person.entity.js';
import type { Facts, Programme } from '../programmes/programme.js';

/** A whole number from 1, of at most six digits. */
const count = z
  .string({ error: 'vetting:answers.number-missing' })
  .transform((typed) => typed.replace(/[\s,]/g, ''))
  .refine((text) => text !== '', { error: 'vetting:answers.number-missing' })
  .refine((text) => /^\d{1,6}$/.test(text) && Number(text) >= 1, { error: 'vetting:answers.number' })
  .transform(Number);

/** The numbers that a fee can go by, in the order in which they are asked. */
export const feeNames = ['employees', 'premises', 'tradingNames'] as const;

/** The numbers that a programme's fee goes by; those that it does not ask for are left out. */
export function feeForm({ feeFacts }: Programme) {
  const asked = feeNames.filter((name) => feeFacts[name] !== undefined);
  return z.object(Object.fromEntries(asked.map((name) => [name, count])));
}

/** The same numbers as facts of the programme. */
export function factsOfFeeForm({ feeFacts }: Programme, given: Readonly<Record<string, number>>): Facts {
  return Object.fromEntries(
    feeNames.flatMap((name) => {
      const fact = feeFacts[name];
      return fact !== undefined && given[name] !== undefined ? [[fact, given[name]]] : [];
    }),
  );
}

/** And as the form shows them; most have one place and one name. */
export function feeFormOf({ feeFacts }: Programme, facts: Facts): Record<string, string> {
  return Object.fromEntries(
    feeNames.flatMap((name) => {
      const fact = feeFacts[name];
      if (fact === undefined) return [];
      const given = facts[fact] ?? (name === 'employees' ? '' : 1);
      return [[name, String(given as string | number)]];
    }),
  );
}

/** Somebody of the business. Who enters homes is asked only where the check is not about just them. */
export function personForm(roles: readonly PersonRole[]) {
  return z.object({
    name: line({ max: 120, missing: 'vetting:owner.person.name-missing' }),
    role: choice(roles as [PersonRole, ...PersonRole[]], 'vetting:owner.person.role-missing'),
    entersHomes: choice(['yes', 'no'], 'vetting:owner.person.homes-missing').transform((given) => given === 'yes'),
  });
}

/** A customer whom the scheme may ask. */
export const referenceForm = z
  .object({
    name: line({ max: 120, missing: 'vetting:owner.reference.name-missing' }),
    email: optionalLine({ max: 254 }).refine((text) => text === null || readEmail(text) !== null, {
      error: 'vetting:owner.reference.email-wrong',
    }),
    phone: optionalLine({ max: 40 }).refine(
      (text) => text === null || readMobile(text) !== null || /^[+()\d\s-]{7,40}$/.test(text),
      { error: 'vetting:owner.reference.phone-wrong' },
    ),
    job: line({ max: 200, missing: 'vetting:owner.reference.job-missing' }),
    when: line({ max: 60, missing: 'vetting:owner.reference.when-missing' }),
    agreed: ticked().pipe(z.literal(true, { error: 'vetting:owner.reference.agreed-missing' })),
  })
  .refine(({ email, phone }) => email !== null || phone !== null, {
    error: 'vetting:owner.reference.contact-missing',
    path: ['email'],
  });

export function claimForm(schemes: readonly string[]) {
  return z.object({
    scheme: choice(schemes as [string, ...string[]], 'vetting:owner.claim.scheme-missing'),
    number: line({ max: 60, missing: 'vetting:owner.claim.number-missing' }),
    claimedOn: dateBoxes('vetting:answers.date-missing', 'vetting:answers.date-wrong'),
  });
}

/** Words for the people who decide. */
export const wordsForm = z.object({
  words: z
    .string({ error: 'vetting:owner.words-missing' })
    .transform((text) => text.replace(/\r\n?/g, '\n').trim())
    .refine((text) => text.length > 0, { error: 'vetting:owner.words-missing' })
    .refine(isCleanText, { error: 'pages:errors.unreadable-characters' })
    .refine((text) => text.length <= 4000, { error: 'vetting:answers.too-long-4000' }),
});
