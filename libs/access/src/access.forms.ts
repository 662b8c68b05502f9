import { line } from '@carers/kernel';
import { z } from 'zod';
import { readContact, readEmail } from './contact.js';
import { staffRoles } from './roles.js';
import { sameSitePath } from './next-path.js';

/** Where to go afterwards; anything that is no page of this site is forgotten. */
const next = z
  .unknown()
  .optional()
  .transform((wanted) => sameSitePath(wanted) ?? '');

export const signInForm = z.object({
  contact: line({ max: 254, missing: 'access:errors.contact-missing' }).transform((typed, context) => {
    const contact = readContact(typed);
    if (!contact) context.addIssue({ code: 'custom', message: 'access:errors.contact-unreadable' });
    return contact ?? z.NEVER;
  }),
  next,
});

/** Six digits, however they are spaced. */
const sixDigits = z
  .string({ error: 'access:errors.code-missing' })
  .transform((typed) => typed.replace(/[\s-]/g, ''))
  .pipe(
    z
      .string()
      .min(1, { error: 'access:errors.code-missing' })
      .regex(/^\d{6}$/, { error: 'access:errors.code-shape' }),
  );

export const codeForm = z.object({ code: sixDigits });
export const secondFactorForm = z.object({ code: sixDigits, next });

export const invitationForm = z.object({
  name: line({ max: 120, missing: 'access:errors.name-missing' }),
});

export const inviteForm = z.object({
  email: line({ max: 254, missing: 'access:errors.email-missing' }).transform((typed, context) => {
    const email = readEmail(typed);
    if (!email) context.addIssue({ code: 'custom', message: 'access:errors.email-unreadable' });
    return email?.address ?? z.NEVER;
  }),
  role: z.enum(staffRoles, { error: 'access:errors.role-missing' }),
});

export const disableForm = z.object({
  reason: line({ max: 500, missing: 'access:errors.reason-missing' }),
});

export const roleForm = z.object({ role: z.enum(staffRoles, { error: 'access:errors.role-missing' }) });
