/** What is done in people's homes. How closely a trade is looked at follows from it. */
export const homeTasks = ['building', 'cleaning', 'garden', 'personal', 'other'] as const;
export type HomeTask = (typeof homeTasks)[number];

/** Whom a trade works for at home, as far as it matters for how closely it is looked at. */
export const homeCustomers = ['anyone', 'at_risk'] as const;
export type HomeCustomers = (typeof homeCustomers)[number];

/** What a trade says about its work in people's homes when it joins. The counts are what the checks are priced by. */
export interface HomeWork {
  tasks: HomeTask[];
  /** `at_risk`: often people who are frail, ill or disabled, or children. */
  customers: HomeCustomers;
  /** People who work in the business, its owners among them. */
  employees: number;
  /** Shops, yards and offices. */
  premises: number;
  /** Names that it trades under. */
  tradingNames: number;
}
