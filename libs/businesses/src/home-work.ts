/** What is done in people's homes. How closely a trade is looked at follows from it. */
export const homeTasks = [
  'gas',
  'electrical',
  'plumbing',
  'building',
  'windows',
  'locks',
  'adaptations',
  'cleaning',
  'gardening',
  'decorating',
  'personal',
  'technology',
  'other',
] as const;
export type HomeTask = (typeof homeTasks)[number];

/** Whom a trade works for at home, as far as it matters for how closely it is looked at. */
export const homeCustomers = ['public', 'older', 'disabled', 'children'] as const;
export type HomeCustomers = (typeof homeCustomers)[number];

/**
 * What a trade says about its work in people's homes when it joins, so that a programme need not ask it again. The
 * counts are what checks are priced by.
 */
export interface HomeWork {
  tasks: HomeTask[];
  customers: HomeCustomers[];
  /** People who work in the business, its owners among them. */
  employees: number;
  /** Shops, yards and offices; one where people work from home. */
  premises: number;
  /** Names that it trades under. */
  tradingNames: number;
}
