/** Why somebody is sent nothing at all, whatever they agreed to, the weightiest first. */
export const holdReasons = ['deceased', 'moved_away', 'under_review'] as const;
export type HoldReason = (typeof holdReasons)[number];

/** How a hold came to be known, or ended. `new_address` and `household` follow from something else that was recorded. */
export const holdWays = ['phone', 'paper', 'in_person', 'returned_post', 'new_address', 'household'] as const;
export type HoldWay = (typeof holdWays)[number];
