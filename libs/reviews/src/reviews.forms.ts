import { line } from '@carers/kernel';
import { choice } from '@carers/pages';
import { z } from 'zod';
import { reviewOutcomes } from './review-kinds.js';

/** How a review is closed: what came of it, and why. */
export const closeForm = z.object({
  outcome: choice(reviewOutcomes, 'reviews:close.outcome-missing'),
  why: line({ max: 500, missing: 'reviews:close.why-missing' }),
});
