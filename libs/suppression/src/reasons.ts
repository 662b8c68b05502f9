/** By what a person may be reached. */
export type Channel = 'email' | 'text' | 'post';

/**
 * Why nothing is sent to an address, the weightiest first: where several hold, the first is named. `complaint` is a
 * press on "this is spam", or a request to stop that came with no name.
 */
export const reasons = ['deceased', 'moved_away', 'under_review', 'complaint', 'bounced', 'returned'] as const;
export type Reason = (typeof reasons)[number];
