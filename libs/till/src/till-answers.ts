import { offerReasons } from '@carers/offer-rules';
import { z } from 'zod';
import { cardReasons } from './reasons.js';
import { exampleOf } from './till-forms.js';

const offerLine = z
  .object({
    id: z.uuid(),
    title: z.string().meta({ description: 'What the cardholder gets' }),
    terms: z.string().meta({ description: 'The whole offer in plain words' }),
    kind: z.enum(['percentage', 'amount_off', 'fixed_price', 'free_item', 'service']),
    minimumSpendPence: z.number().int().nullable().meta({ description: 'What the basket must come to' }),
    usable: z.boolean(),
    reason: z.enum(offerReasons).nullable().meta({ description: 'Why it cannot be used; null where it can' }),
    remaining: z.number().int().nullable().meta({ description: 'Uses left, this one counted; null: no limit' }),
    nextUsableAt: z.iso.datetime().nullable().meta({ description: 'When it can be used again, where waiting helps' }),
  })
  .meta({ id: 'OfferAtTill' });

const elsiesOffer = {
  id: exampleOf.offerId,
  title: '10% off everything you eat here',
  terms: '10% off everything you eat here. For the carer. Show your card when you pay.',
  kind: 'percentage',
  minimumSpendPence: null,
  usable: true,
  reason: null,
  remaining: null,
  nextUsableAt: null,
} as const;

/** Answer of `POST /api/v1/validations`. */
export const validationAnswer = z
  .object({
    outcome: z.enum(['valid', 'not_valid']),
    reason: z.enum(cardReasons).nullable().meta({ description: 'Why the card is refused; null where it is valid' }),
    card: z
      .object({
        firstName: z.string(),
        validUntil: z.iso.date().meta({ description: 'The last day, which counts' }),
        medium: z
          .enum(['phone', 'printed', 'plastic'])
          .nullable()
          .meta({ description: 'What was scanned. Only a phone has a code that changes. Null: the number was typed' }),
      })
      .nullable()
      .meta({ description: 'All that a shop is told of the person; null where no card was found' }),
    offers: z.array(offerLine),
  })
  .meta({
    id: 'Validation',
    examples: [
      {
        outcome: 'valid',
        reason: null,
        card: { firstName: 'Elsie', validUntil: '2028-11-20', medium: 'phone' },
        offers: [elsiesOffer],
      },
      {
        outcome: 'not_valid',
        reason: 'revoked',
        card: { firstName: 'Elsie', validUntil: '2028-11-20', medium: 'phone' },
        offers: [],
      },
    ],
  });

/** Answer of the redemption routes. */
export const redemptionAnswer = z
  .object({
    id: z.uuid().meta({ description: 'Keep it: undoing goes by it' }),
    scanId: z.uuid(),
    offerId: z.uuid(),
    occurredAt: z.iso.datetime(),
    savingPence: z.number().int().nullable().meta({ description: 'Estimate; null where the basket was not told' }),
    undone: z.boolean(),
  })
  .meta({
    id: 'Redemption',
    examples: [
      {
        id: '0190a6a4-7c1e-7000-8000-000000000003',
        scanId: exampleOf.scanId,
        offerId: elsiesOffer.id,
        occurredAt: '2026-11-21T14:30:00.000Z',
        savingPence: 125,
        undone: false,
      },
    ],
  });

/** Answer of `GET /api/v1/till`. */
export const tillAnswer = z
  .object({ id: z.uuid(), name: z.string(), branch: z.string(), business: z.string(), working: z.boolean() })
  .meta({
    id: 'Till',
    examples: [
      {
        id: '0190a6a4-7c1e-7000-8000-000000000004',
        name: 'Counter',
        branch: 'Tide and Quay Kitchen',
        business: 'Tide and Quay Kitchen',
        working: true,
      },
    ],
  });
