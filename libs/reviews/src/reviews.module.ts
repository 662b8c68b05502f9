import { AccessModule, StaffSections } from '@carers/access';
import { PlacesModule } from '@carers/places';
import { Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ReviewFacts } from './review-facts.js';
import { ReviewItem } from './review-item.entity.js';
import { ForgetReviews, ReviewRetentionSchedule } from './review-retention.js';
import { Reviews } from './reviews.js';
import { StaffReviewsPages } from './staff-reviews.pages.js';

/** Raising, for other libs. */
@Module({
  imports: [TypeOrmModule.forFeature([ReviewItem])],
  providers: [Reviews, ReviewFacts],
  exports: [Reviews, ReviewFacts],
})
export class ReviewsModule {}

/** The pages of the staff who look. */
@Module({ imports: [ReviewsModule, AccessModule], controllers: [StaffReviewsPages] })
export class ReviewsWebModule implements OnModuleInit {
  constructor(
    private readonly sections: StaffSections,
    private readonly reviews: Reviews,
  ) {}

  onModuleInit(): void {
    this.sections.add({
      roles: ['registrar', 'administrator'],
      href: '/staff/reviews',
      titleKey: 'reviews:title',
      count: () => this.reviews.waiting(),
    });
  }
}

/** What is done at night, for the worker. */
@Module({ imports: [ReviewsModule, PlacesModule], providers: [ForgetReviews, ReviewRetentionSchedule] })
export class ReviewsJobsModule {}
