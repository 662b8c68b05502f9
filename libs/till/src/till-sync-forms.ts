import { z } from 'zod';
import { exampleOf } from './till-forms.js';

/** At most this many uses in one upload. */
export const mostInBatch = 100;

/**
 * One use that a till recorded by itself. Only what tells it from others must be right: whatever else is wrong with it,
 * it happened, so it is kept and looked at by people. Fields that are not known are left aside, for newer tills.
 */
const offlineUse = z.object({
  scanId: z.uuid({ error: 'till:errors.scan-id' }).meta({ description: 'The scan’s own UUID, the same as online' }),
  offerId: z.uuid({ error: 'till:errors.offer-id' }),
  credential: z.string().max(4000, { error: 'till:errors.batch-text' }).optional().meta({
    description: 'What the scanner read: the text of the QR, whole',
  }),
  cardNumber: z.string().max(200, { error: 'till:errors.batch-text' }).optional().meta({
    description: 'The number on the card, however it was typed',
  }),
  occurredAt: z.string().max(60, { error: 'till:errors.batch-text' }).meta({
    description: 'When it happened, by the till’s own clock: an ISO 8601 instant',
  }),
  basketPence: z.number().optional(),
  offerRevision: z.number().optional().meta({ description: 'Revision of the terms that the till went by' }),
  listAsOf: z.string().max(60, { error: 'till:errors.batch-text' }).optional().meta({
    description: 'When the status list that the till went by was signed (`iat`): an ISO 8601 instant',
  }),
});

/** Body of `POST /api/v1/redemptions/batch`. */
export const batchRequest = z
  .object({
    sentAt: z.iso.datetime({ offset: true, error: 'till:errors.sent-at' }).meta({
      description:
        'Now, by the till’s own clock. When it is off by more than two minutes, all times are put right by that.',
    }),
    redemptions: z
      .array(offlineUse, { error: 'till:errors.batch-size' })
      .min(1, { error: 'till:errors.batch-size' })
      .max(mostInBatch, { error: 'till:errors.batch-size' }),
  })
  .meta({
    id: 'RedemptionBatchRequest',
    examples: [
      {
        sentAt: '2026-11-21T15:10:00Z',
        redemptions: [
          {
            scanId: exampleOf.offlineScanId,
            offerId: exampleOf.offerId,
            cardNumber: exampleOf.cardNumber,
            occurredAt: '2026-11-21T14:30:00Z',
            basketPence: 1250,
          },
        ],
      },
    ],
  });

export type BatchRequest = z.infer<typeof batchRequest>;
export type OfflineUse = z.infer<typeof offlineUse>;
