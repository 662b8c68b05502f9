import { line } from '@carers/kernel';
import { choice } from '@carers/pages';
import { z } from 'zod';

/**
 * What the examples hold: a card and an offer that the demo scheme has, so that they work there as they are, with a key
 * of the branch `tide-and-quay-kitchen-poole`.
 */
export const exampleOf = {
  scanId: '0190a6a4-7c1e-7000-8000-000000000001',
  offlineScanId: '0190a6a4-7c1e-7000-8000-000000000008',
  offerId: '0190a6a4-7c1e-7000-8000-000000000002',
  cardNumber: 'CC 7K3F 9TQX X',
};

const scanId = z
  .uuid({ error: 'till:errors.scan-id' })
  .meta({ description: 'A UUID that the till makes for each scan. The same scan sent again gets the same answer.' });

/** Body of `POST /api/v1/validations`: a scanned text or a typed number, never both. */
export const validationRequest = z
  .strictObject({
    credential: z.string().max(1000, { error: 'till:errors.credential-too-long' }).optional().meta({
      description: 'What the scanner read: the text of the QR, whole.',
    }),
    cardNumber: z.string().max(60, { error: 'till:errors.card-number-too-long' }).optional().meta({
      description: 'The number on the card, however it was typed.',
    }),
    scanId,
  })
  .refine((body) => (body.credential === undefined) !== (body.cardNumber === undefined), {
    error: 'till:errors.credential-or-number',
    path: ['credential'],
  })
  .meta({
    id: 'ValidationRequest',
    examples: [{ cardNumber: exampleOf.cardNumber, scanId: exampleOf.scanId }],
  });

export type ValidationRequest = z.infer<typeof validationRequest>;

/** Body of `POST /api/v1/redemptions`. */
export const redemptionRequest = z
  .strictObject({
    scanId,
    offerId: z.uuid({ error: 'till:errors.offer-id' }),
    basketPence: z
      .int({ error: 'till:errors.basket' })
      .min(0, { error: 'till:errors.basket' })
      .max(10_000_000, { error: 'till:errors.basket' })
      .optional(),
    occurredAt: z.iso.datetime({ offset: true, error: 'till:errors.occurred-at' }).optional().meta({
      description:
        'When it happened, at most 24 hours ago; now, if left out. Older uses go to `POST /api/v1/redemptions/batch`.',
    }),
  })
  .meta({
    id: 'RedemptionRequest',
    examples: [{ scanId: exampleOf.scanId, offerId: exampleOf.offerId, basketPence: 1250 }],
  });

export type RedemptionRequest = z.infer<typeof redemptionRequest>;

/** Body of `POST /api/v1/redemptions/{id}/undo`. */
export const undoRequest = z
  .strictObject({
    reason: z.enum(['wrong_offer', 'customer_changed_mind', 'mistake'], { error: 'till:errors.undo-reason' }),
    undoneAt: z.iso.datetime({ offset: true, error: 'till:errors.undone-at' }).optional().meta({
      description: 'When staff took it back, by the till’s own clock; now, if left out. For a till that was alone then',
    }),
    sentAt: z.iso.datetime({ offset: true, error: 'till:errors.sent-at' }).optional().meta({
      description: 'Now, by the till’s own clock: `undoneAt` is put right by it, and counts only with it',
    }),
  })
  .meta({ id: 'UndoRequest', examples: [{ reason: 'mistake' }] });

export type UndoRequest = z.infer<typeof undoRequest>;

/** Body of `POST /till/pair`: the code, however it was typed. */
export const pairingRequest = z.strictObject({
  code: z.string({ error: 'till:errors.code-missing' }).min(1, { error: 'till:errors.code-missing' }).max(60, {
    error: 'till:errors.code-missing',
  }),
});

export type PairingRequest = z.infer<typeof pairingRequest>;

/** What a new till is to be. */
export const newTillForm = z.object({
  kind: choice(['phone', 'key'], 'till:owner.kind-missing'),
  branch: line({ max: 60, missing: 'till:owner.branch-missing' }),
  name: line({ max: 40, missing: 'till:owner.name-missing' }),
  /** What a system's key may be used for; a phone may do everything. */
  may: z.enum(['both', 'validate']).catch('both'),
});

export const renameTillForm = z.object({ name: line({ max: 40, missing: 'till:owner.name-missing' }) });

/** How many hours the old key works beside the new one. */
export const rotateForm = z.object({ overlap: choice(['24', '168', '0'], 'till:owner.overlap-missing') });

/** Spaces are no part of a PIN. */
export const pinForm = z.object({
  pin: z
    .string({ error: 'till:owner.pin-digits' })
    .transform((text) => text.replace(/\s/g, ''))
    .pipe(z.string().regex(/^\d{4,6}$/, { error: 'till:owner.pin-digits' })),
});
