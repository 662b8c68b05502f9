import { readEmail, readMobile } from '@carers/access';
import { hoursOfCaringBox } from '@carers/cards';
import { addYears, line, type LocalDate, optionalLine, optionalParagraphs } from '@carers/kernel';
import { choice, choices, dateBoxes, ticked } from '@carers/pages';
import { postcodeField } from '@carers/places';
import { z } from 'zod';
import { lookedAfterKinds, relations } from './answers.js';
import { declineReasons } from './application.entity.js';

const key = (rest: string) => `applications:${rest}`;

export const CaringForm = z.object({ caring: choice(['yes', 'used_to', 'no'], key('caring.missing')) });
export const UnpaidForm = z.object({ unpaid: choice(['unpaid', 'paid'], key('unpaid.missing')) });
export const AreaForm = z.object({ lives: choice(['here', 'cares_here', 'neither'], key('area.missing')) });

export const NameForm = z.object({
  first: line({ max: 80, missing: key('name.first-missing') }),
  last: line({ max: 80, missing: key('name.last-missing') }),
});

/** A birth date between 120 years ago and the scheme's youngest age. */
export function birthDateField(today: LocalDate, minimumAge: number) {
  return dateBoxes(key('date-of-birth.missing'), key('date-of-birth.wrong')).superRefine((born, context) => {
    const refuse = (message: string, params: object = {}) =>
      context.addIssue({ code: 'custom', message: key(`date-of-birth.${message}`), ...params });
    if (born > today) refuse('in-future');
    else if (born <= addYears(today, -120)) refuse('wrong');
    else if (born > addYears(today, -minimumAge)) refuse('too-young', { minimum: minimumAge });
  });
}

export const AgreementForm = z.object({
  name: line({ max: 120, missing: key('agreement.name-missing') }),
  relation: choice(relations, key('agreement.relation-missing')),
  contact: line({ max: 254, missing: key('agreement.contact-missing') }),
  agreed: ticked().refine((agreed) => agreed, { error: key('agreement.agreed-missing') }),
});

export const LookedAfterForm = z.object({
  lookedAfter: choices(lookedAfterKinds, key('looked-after.missing')),
  hoursOfCaring: hoursOfCaringBox,
});

export const AddressForm = z.object({
  line1: line({ max: 100, missing: key('address.line1-missing') }),
  line2: optionalLine({ max: 100 }),
  town: line({ max: 60, missing: key('address.town-missing') }),
  postcode: postcodeField(key('address.postcode-missing')),
});

export const CaredForForm = z.object({ postcode: postcodeField(key('cared-for.missing')) });

/** By which channel; the address for it is the next question. */
export const ChannelForm = z.object({ channel: choice(['email', 'text', 'post'], key('contact.missing')) });

/** An e-mail address, in lower case. */
export const EmailForm = z.object({
  email: line({ max: 254, missing: key('contact-address.email-missing') }).transform((typed, context) => {
    const read = readEmail(typed);
    if (read) return read.address;
    context.addIssue({ code: 'custom', message: key('contact-address.email-wrong') });
    return z.NEVER;
  }),
});

/** A mobile number, as E.164. */
export const MobileForm = z.object({
  mobile: line({ max: 40, missing: key('contact-address.mobile-missing') }).transform((typed, context) => {
    const read = readMobile(typed);
    if (read) return read.address;
    context.addIssue({ code: 'custom', message: key('contact-address.mobile-wrong') });
    return z.NEVER;
  }),
});

/** A yes or no for each channel, none of them chosen beforehand. */
export function consentForm(channels: readonly string[]) {
  const answer = choice(['yes', 'no'], key('consent.missing'));
  return z.object(Object.fromEntries(channels.map((channel) => [channel, answer])));
}

export const DeclarationForm = z.object({
  declared: ticked().refine((declared) => declared, { error: key('check.declared-missing') }),
});

export const ResumeForm = z
  .object({ contact: line({ max: 254, missing: key('save.missing') }) })
  .transform(({ contact }, context) => {
    const read = contact.includes('@') ? readEmail(contact) : readMobile(contact);
    if (read) return read;
    context.addIssue({ code: 'custom', path: ['contact'], message: key('save.wrong') });
    return z.NEVER;
  });

const words = (missing: string, max = 2000) =>
  optionalParagraphs({ max }).refine((text) => text !== null, { error: key(missing) });

export const ReplyForm = z.object({ reply: words('reply.missing') });
export const AppealForm = z.object({ words: words('appeal.missing') });
export const AskForm = z.object({ question: words('staff.ask.missing') });
export const DeclineForm = z.object({
  reason: choice(declineReasons, key('staff.decline.reason-missing')),
  words: words('staff.decline.words-missing'),
});
export const ReasonForm = z.object({ reason: words('staff.reason-missing', 500) });

/** How a referrer's code looks; which codes there are is not this form's concern. */
export const referrerCode = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9-]{3,20}$/, { error: key('api.referrer-wrong') });
