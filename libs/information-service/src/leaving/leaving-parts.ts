import { CardLeaving } from './card-leaving.js';
import { LeavingPages, StaffLeavingPages } from './leaving.pages.js';
import { SubscriberErasure } from './subscriber-erasure.js';

/** What the modules of this lib need so that people can leave. */
export const leavingParts = {
  providers: [CardLeaving, SubscriberErasure],
  exports: [CardLeaving],
  pages: [LeavingPages, StaffLeavingPages],
};
