import { isLocalDate, line, type LocalDate } from '@carers/kernel';
import { postcodeField } from '@carers/places';
import { z } from 'zod';
import { channels, formats, purposes, topics } from '../../purposes.js';

const key = (rest: string) => `information-service:api.${rest}`;
const day = z
  .string()
  .refine((text) => isLocalDate(text), { error: key('day-wrong') })
  .transform((text): LocalDate => text);

const consent = z
  .strictObject({ purpose: z.enum(purposes), channel: z.enum(channels), given: z.boolean() })
  .meta({ id: 'SubscriberConsent' });

const proof = z
  .strictObject({
    wording: line({ max: 2000, missing: key('wording-missing') }).meta({
      description: 'The words as the person read or heard them',
    }),
    givenOn: day.meta({ description: 'The day on which they said yes' }),
    how: line({ max: 80, missing: key('how-missing') }).meta({ description: 'How they said it' }),
    kept: line({ max: 200, missing: key('kept-missing') }).meta({ description: 'Where the proof is kept' }),
  })
  .meta({ id: 'ConsentProof', description: 'Needed for every yes (UK GDPR Article 7(1))' });

/** Body of `POST /api/v1/subscribers`. */
export const newSubscriber = z
  .strictObject({
    firstName: line({ max: 80, missing: 'information-service:registering.first-missing' }),
    lastName: line({ max: 80, missing: 'information-service:registering.last-missing' }),
    birthDate: day.nullable().default(null),
    address: z.strictObject({
      lines: z
        .array(line({ max: 100, missing: key('line-missing') }))
        .max(3)
        .default([]),
      postcode: postcodeField('information-service:registering.postcode-missing'),
    }),
    contact: z.strictObject({
      channel: z.enum(channels, { error: 'information-service:registering.channel-missing' }),
      email: z.string().trim().max(254).nullable().default(null),
      mobile: z.string().trim().max(40).nullable().default(null),
    }),
    consents: z.array(consent).max(6).default([]),
    proof: proof.optional(),
  })
  .meta({
    id: 'NewSubscriber',
    example: {
      firstName: 'Rosalind',
      lastName: 'Marsh',
      birthDate: '1963-05-17',
      address: { lines: ['4 Quay Row', 'Poole'], postcode: 'BH15 1HJ' },
      contact: { channel: 'email', email: 'rosalind.marsh@example.org' },
      consents: [{ purpose: 'carers_information', channel: 'email', given: true }],
      proof: {
        wording: 'Yes, please send me news for carers by email.',
        givenOn: '2026-06-01',
        how: 'Paper form at a carers group',
        kept: 'Case management, document 1042',
      },
    },
  });
export type NewSubscriber = z.output<typeof newSubscriber>;

/** Body of `PATCH /api/v1/subscribers/{id}`: what is left out stays as it is. */
export const subscriberChange = z
  .strictObject({
    format: z.enum(formats).optional(),
    language: z.string().max(20).optional(),
    topics: z.array(z.enum(topics)).max(topics.length).optional(),
    pausedUntil: day.nullable().optional(),
    consents: z.array(consent).max(6).default([]),
    proof: proof.optional(),
  })
  .meta({
    id: 'SubscriberChange',
    example: {
      format: 'large_print',
      consents: [{ purpose: 'carers_information', channel: 'post', given: false }],
    },
  });
export type SubscriberChange = z.output<typeof subscriberChange>;

/** One person of the list. */
export const subscriberAnswer = z
  .object({
    id: z.uuid(),
    firstName: z.string(),
    lastName: z.string(),
    region: z.string().meta({ description: 'Slug of the region' }),
    source: z.object({ kind: z.string(), code: z.string().nullable() }),
    registeredAt: z.iso.datetime(),
    leftAt: z.iso.datetime().nullable().meta({ description: 'Since when they are off the list' }),
    pausedUntil: z.iso.date().nullable(),
    language: z.string(),
    format: z.enum(formats),
    topics: z.array(z.string()),
    consents: z.array(z.string()).meta({ description: 'Each yes in force, as `carers_information email`' }),
    email: z.string().nullable().meta({ description: 'Only with a yes to e-mail' }),
    mobile: z.string().nullable().meta({ description: 'Only with a yes to text messages' }),
    address: z.array(z.string()).nullable().meta({ description: 'Only with a yes to letters; the postcode last' }),
  })
  .meta({ id: 'Subscriber' });
export type SubscriberAnswer = z.output<typeof subscriberAnswer>;

export const subscriberPage = z
  .object({
    subscribers: z.array(subscriberAnswer),
    next: z.string().nullable().meta({ description: 'The `cursor` of the next page; null at the end' }),
  })
  .meta({ id: 'SubscriberPage' });
export type SubscriberPage = z.output<typeof subscriberPage>;
