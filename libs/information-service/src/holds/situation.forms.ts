import { line, type LocalDate } from '@carers/kernel';
import { choice, dateBoxes } from '@carers/pages';
import { z } from 'zod';
import { meanwhiles } from './caring-ends.js';

/** How an officer came to know. */
export const toldBy = ['phone', 'paper', 'in_person'] as const;

const how = choice(toldBy, 'information-service:situation.how-missing');
const why = line({ max: 300, missing: 'information-service:situation.why-missing' });

/** For what needs no more than how and why: lifting a hold, caring that goes on. */
export const plainForm = z.object({ how, why });

/** Why an address is used again. */
export const releaseForm = z.object({ why });

export const diedForm = z.object({
  how,
  why,
  household: choice(['yes', 'no'], 'information-service:situation.household-missing'),
});

export const holdForm = z.object({
  reason: choice(['moved_away', 'under_review'], 'information-service:situation.reason-missing'),
  how,
  why,
});

/** @param today nobody's caring ends in days to come */
export const caringEndedForm = (today: LocalDate) =>
  z.object({
    others: choice(['no', 'yes'], 'information-service:situation.others-missing'),
    endedOn: dateBoxes(
      'information-service:situation.ended-missing',
      'information-service:situation.ended-wrong',
    ).refine((day) => day <= today, { error: 'information-service:situation.ended-future' }),
    meanwhile: choice(meanwhiles, 'information-service:situation.meanwhile-missing'),
    how,
    why,
  });
