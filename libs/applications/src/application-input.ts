import { hoursWrong } from '@carers/cards';
import { isLocalDate, line, optionalLine } from '@carers/kernel';
import { z } from 'zod';
import { lookedAfterKinds, relations } from './answers.js';
import { referrerCode } from './applications.forms.js';

const key = (rest: string) => `applications:${rest}`;
const day = (missing: string) =>
  z.string({ error: key(missing) }).refine(isLocalDate, { error: key('date-of-birth.wrong') });

/** An application that works against the demo as it is. */
const example = {
  firstName: 'Morag',
  lastName: 'Tideswell',
  birthDate: '1971-05-17',
  caring: 'yes',
  unpaid: true,
  lookedAfter: ['adult'],
  hoursOfCaring: 30,
  address: { lines: ['4 Quay Row', 'Poole'], postcode: 'BH15 1HX' },
  contact: { channel: 'email', email: 'morag.tideswell@example.org' },
  consents: [
    { purpose: 'carers_information', channel: 'email', given: true },
    { purpose: 'business_offers', channel: 'email', given: false },
  ],
  declaration: true,
};

/** One whole application, as systems send it: `POST /api/v1/applications`. The paper form becomes the same. */
export const ApplicationInput = z
  .object({
    firstName: line({ max: 80, missing: key('name.first-missing') }).meta({
      description: 'As it is to be on the card',
    }),
    lastName: line({ max: 80, missing: key('name.last-missing') }),
    birthDate: day('date-of-birth.missing').meta({ description: 'YYYY-MM-DD' }),
    caring: z
      .enum(['yes', 'used_to'], { error: key('caring.missing') })
      .default('yes')
      .meta({ description: 'Looks after somebody now, or used to' }),
    unpaid: z.literal(true, { error: key('api.unpaid') }).meta({ description: 'Not paid for it as a job' }),
    lookedAfter: z
      .array(z.enum(lookedAfterKinds, { error: key('looked-after.missing') }), { error: key('looked-after.missing') })
      .min(1, { error: key('looked-after.missing') })
      .max(lookedAfterKinds.length),
    hoursOfCaring: z
      .int({ error: hoursWrong })
      .min(1, { error: hoursWrong })
      .max(168, { error: hoursWrong })
      .nullish()
      .meta({ description: 'About how many hours a week, if the carer likes to say: a few offers ask for it' }),
    address: z.object({
      lines: z
        .array(line({ max: 100, missing: key('address.line1-missing') }), { error: key('address.line1-missing') })
        .min(1, { error: key('address.line1-missing') })
        .max(5),
      postcode: line({ max: 20, missing: key('address.postcode-missing') }),
    }),
    caredForPostcode: optionalLine({ max: 20 }).meta({
      description: 'Where the person looked after lives, for carers who live outside the area',
    }),
    contact: z.object({
      channel: z.enum(['email', 'text', 'post'], { error: key('contact.missing') }),
      email: optionalLine({ max: 254 }),
      mobile: optionalLine({ max: 40 }),
    }),
    agreement: z
      .object({
        name: line({ max: 120, missing: key('agreement.name-missing') }),
        relation: z.enum(relations, { error: key('agreement.relation-missing') }),
        contact: line({ max: 254, missing: key('agreement.contact-missing') }),
      })
      .optional()
      .meta({ description: 'Who agrees that a child under the age set by the scheme applies' }),
    consents: z
      .array(
        z.object({
          purpose: z.enum(['carers_information', 'business_offers']),
          channel: z.enum(['email', 'text', 'post']),
          given: z.boolean(),
        }),
      )
      .max(6)
      .default([])
      .meta({ description: 'Yes or no as the carer answered; what is not listed counts as no' }),
    declaration: z.literal(true, { error: key('check.declared-missing') }).meta({
      description: 'The carer says that all this is true, and knows of the registration with the carers service',
    }),
    referrerCode: referrerCode.optional(),
  })
  .meta({
    id: 'ApplicationInput',
    // Not `examples`: zod leaves those out where a schema changes what comes in, as ours does.
    example,
  });

export type ApplicationInput = z.infer<typeof ApplicationInput>;
