import type { VettingReference } from './vetting-reference.entity.js';

/** What the references of a check come to. */
export interface ReferenceScore {
  /** How many were asked, and answered. */
  asked: number;
  answered: number;
  /** Mean of all answers in hundredths (100 to 500), rounded down; null without an answer. */
  mean: number | null;
}

/** Each referee counts the same, however many questions they answered. */
export function scoreOf(references: readonly Pick<VettingReference, 'askedAt' | 'mean'>[]): ReferenceScore {
  const means = references.map(({ mean }) => mean).filter((mean) => mean !== null);
  return {
    asked: references.filter(({ askedAt, mean }) => askedAt !== null || mean !== null).length,
    answered: means.length,
    mean: means.length === 0 ? null : Math.floor(means.reduce((sum, mean) => sum + mean, 0) / means.length),
  };
}

/** Mean of one referee's scores in hundredths, rounded down. */
export function meanOf(scores: readonly number[]): number {
  return Math.floor((scores.reduce((sum, score) => sum + score, 0) * 100) / scores.length);
}
