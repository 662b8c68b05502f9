export { HandOver, type HandOverState } from './hand-over/hand-over.entity.js';
export { HandOverWording } from './hand-over/hand-over-wording.entity.js';
export { HandOvers } from './hand-over/hand-overs.js';
export { HandOverWork } from './hand-over/hand-over-work.js';
export { Referrer } from './referrer.entity.js';
export { ReferrerFigures, type ReferrerMonth, type ToldMonth } from './figures/referrer-figures.js';
export { ReferrerLinks } from './referrer-links.js';
export { ReferrerPrint } from './paper/referrer-print.entity.js';
export { Referrers } from './referrers.js';
export { referrersEntities, ReferrersJobsModule, ReferrersModule, ReferrersWebModule } from './referrers.module.js';
export {
  CallNotedAlready,
  FiguresLinkNotUsable,
  HandOverClosed,
  HandOverNotFound,
  ReferrerEnded,
  ReferrerNotFound,
} from './referrers.problems.js';
