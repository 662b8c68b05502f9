/**
 * What staff may be asked to look at. A lib that raises something new adds its kind here, with its name under
 * `reviews:kind.<kind>`.
 */
export const reviewKinds = [
  // Found by the misuse lib.
  'far_apart',
  'burst',
  'stale_codes',
  'refused_scans',
  'guessed_numbers',
  // What a till without a connection recorded and the server would have refused, or could not make a use of.
  'offline_use',
  'offline_kept',
  // Lines of a chain's own files.
  'settlement',
] as const;

export type ReviewKind = (typeof reviewKinds)[number];

/** What came of looking; `too_old` is given by the program when nobody looked before the evidence had to go. */
export const reviewOutcomes = [
  'nothing_wrong',
  'spoke_to_business',
  'spoke_to_carer',
  'card_replaced',
  'till_ended',
] as const;

export type ReviewOutcome = (typeof reviewOutcomes)[number] | 'too_old';

export function isReviewKind(text: unknown): text is ReviewKind {
  return typeof text === 'string' && (reviewKinds as readonly string[]).includes(text);
}
