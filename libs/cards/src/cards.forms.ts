import { readEmail, readMobile } from '@carers/access';
import { line, optionalLine, optionalParagraphs } from '@carers/kernel';
import { choice } from '@carers/pages';
import { postcodeField } from '@carers/places';
import { z } from 'zod';
import type { Card } from './card.entity.js';
import type { Cardholder } from './cardholder.entity.js';
import { mobileAsSaid } from './cards.presenter.js';

/** An e-mail address or a mobile number that may be left out; its value is the normalised form. */
function contact(read: (typed: string) => { address: string } | null, wrong: string) {
  return optionalLine({ max: 254 }).transform((typed, context) => {
    if (typed === null) return null;
    const found = read(typed);
    if (found) return found.address;
    context.addIssue({ code: 'custom', message: wrong });
    return z.NEVER;
  });
}

/** How to reach a cardholder. The channel chosen must have somewhere to go. */
export const contactForm = z
  .object({
    email: contact(readEmail, 'cards:change.email-wrong'),
    mobile: contact(readMobile, 'cards:change.mobile-wrong'),
    address: optionalParagraphs({ max: 300 }),
    postcode: postcodeField('cards:change.postcode-missing'),
    contactChannel: choice(['email', 'text', 'post'], 'cards:change.channel-missing'),
  })
  .superRefine((value, context) => {
    const needed = { email: 'email', text: 'mobile', post: 'address' } as const;
    const field = needed[value.contactChannel];
    if (value[field] === null)
      context.addIssue({ code: 'custom', path: [field], message: `cards:change.${field}-missing` });
  });

/** The form as it is shown first. */
export function formOf({ email, mobile, address, postcode, contactChannel }: Cardholder) {
  return { email: email ?? '', mobile: mobileAsSaid(mobile) ?? '', address: address ?? '', postcode, contactChannel };
}

/** What staff can do to a card, and why. */
export const changeForm = z
  .object({
    change: choice(['suspend', 'lift', 'replace', 'revoke', 'issue-again'], 'cards:staff.change-missing'),
    end: z.enum(['left', 'caring_ended', 'misuse', 'mistake']).optional().catch(undefined),
    reason: line({ max: 500, missing: 'cards:staff.reason-missing' }),
  })
  .superRefine(({ change, end }, context) => {
    if (change === 'revoke' && !end)
      context.addIssue({ code: 'custom', path: ['end'], message: 'cards:staff.end-missing' });
  });

export type Change = z.output<typeof changeForm>['change'];

/**
 * Whether a posted form was made for this card. A form sent twice must not stop the card that the first sending issued.
 */
export function isAbout(body: unknown, card: Card): boolean {
  return typeof body === 'object' && body !== null && 'card' in body && body.card === card.id;
}
