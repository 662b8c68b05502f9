export type { Evidence, Fact } from './evidence.js';
export { ReviewItem } from './review-item.entity.js';
export { type ReviewKind, reviewKinds, type ReviewOutcome } from './review-kinds.js';
export { type NewReview, Reviews } from './reviews.js';
export { ReviewsJobsModule, ReviewsModule, ReviewsWebModule } from './reviews.module.js';
export { ReviewAlreadyClosed, ReviewNotFound } from './reviews.problems.js';
