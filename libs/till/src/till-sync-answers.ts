import type { OfferTerms } from '@carers/offer-rules';
import { z } from 'zod';
import { exampleOf } from './till-forms.js';
import { offlineFlags } from './offline-flags.js';

const named = z.object({ id: z.uuid(), name: z.string() });

/** Answer of `GET /api/v1/till/bundle`. */
export const bundleAnswer = z
  .object({
    till: named,
    branch: named,
    business: named,
    working: z.boolean().meta({ description: 'Whether the business takes part at present; if not, check no cards' }),
    serverTime: z.iso.datetime(),
    offers: z.array(
      z.object({
        id: z.uuid(),
        title: z.string(),
        sentence: z.string().meta({ description: 'The whole offer in plain words' }),
        terms: z.looseObject({ kind: z.string() }).meta({ description: 'What the offer rules go by' }),
        revision: z.number().int().meta({ description: 'Goes up with every change of the terms' }),
        usedToday: z.number().int().nullable().meta({ description: 'Null where there is no limit per day' }),
        usedEver: z.number().int().nullable().meta({ description: 'Null where there is no limit in all' }),
      }),
    ),
    policy: z.object({
      undoMinutes: z.number().int(),
      syncMinutes: z.number().int().meta({ description: 'Fetch the bundle again after this many minutes' }),
    }),
    pin: z
      .object({ salt: z.string(), hash: z.string(), iterations: z.number().int() })
      .nullable()
      .meta({ description: 'PBKDF2 with SHA-256 of the staff PIN, in base64url; null where none is set' }),
  })
  .meta({
    id: 'TillBundle',
    examples: [
      {
        till: { id: '0190a6a4-7c1e-7000-8000-000000000004', name: 'Counter' },
        branch: { id: '0190a6a4-7c1e-7000-8000-000000000005', name: 'Tide and Quay Kitchen' },
        business: { id: '0190a6a4-7c1e-7000-8000-000000000006', name: 'Tide and Quay Kitchen' },
        working: true,
        serverTime: '2026-11-21T14:30:00.000Z',
        offers: [
          {
            id: exampleOf.offerId,
            title: '10% off everything you eat here',
            sentence: '10% off everything you eat here. For the carer. Show your card when you pay.',
            terms: { kind: 'percentage', percent: 10, who: 'carer', how: 'in_person' } satisfies OfferTerms,
            revision: 1,
            usedToday: null,
            usedEver: null,
          },
        ],
        policy: { undoMinutes: 10, syncMinutes: 15 },
        pin: null,
      },
    ],
  });

/** What became of one use of an upload. */
export const batchResults = ['recorded', 'recorded_before', 'kept_for_review', 'ignored_test_card'] as const;

/** Answer of `POST /api/v1/redemptions/batch`. */
export const batchAnswer = z
  .object({
    results: z
      .array(
        z.object({
          scanId: z.uuid(),
          offerId: z.uuid(),
          result: z.enum(batchResults).meta({
            description:
              '`kept_for_review`: people will look at it; `ignored_test_card`: practice counts nowhere. All mean: done, forget it.',
          }),
          redemptionId: z.uuid().nullable().meta({ description: 'Undoing goes by it; null where none was made' }),
          flags: z.array(z.enum(offlineFlags)).meta({ description: 'Why staff of the scheme will look at it' }),
        }),
      )
      .meta({ description: 'One for each use, in the order in which they were sent' }),
  })
  .meta({
    id: 'RedemptionBatch',
    examples: [
      {
        results: [
          {
            scanId: exampleOf.offlineScanId,
            offerId: exampleOf.offerId,
            result: 'recorded',
            redemptionId: '0190a6a4-7c1e-7000-8000-000000000007',
            flags: [],
          },
        ],
      },
    ],
  });
