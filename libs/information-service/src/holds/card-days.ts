/** Nobody learns of the last day of their card later than this. */
export const noticeDays = 14;

/** A card that was suspended because its holder died ends for good after this: until then a mistake is easily put right. */
export const daysToPutRight = 28;
