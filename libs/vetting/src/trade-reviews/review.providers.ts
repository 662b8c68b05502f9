import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RegisterReviews } from '../register/register-reviews.js';
import { CustomerErasure } from './customer-erasure.js';
import { CustomerReviewPages } from './customer.pages.js';
import { ForgetCustomers, ForgetCustomersSchedule } from './forget-customers.js';
import { OwnerReviewPages } from './owner-reviews.pages.js';
import { ReviewLinks } from './review-links.js';
import { AskForLastWord, AskForReview, ReviewMail } from './review-mail.js';
import { StaffTradeReviewPages } from './staff-reviews.pages.js';
import { TradeReview } from './trade-review.entity.js';
import { TradeReviews } from './trade-reviews.js';

/** Gives the public register what customers say. */
@Injectable()
export class ReviewsForRegister implements OnModuleInit {
  constructor(
    private readonly register: RegisterReviews,
    private readonly reviews: TradeReviews,
  ) {}

  onModuleInit(): void {
    this.register.from(async (businessId) => {
      const published = await this.reviews.publishedOf(businessId);
      return published.map(({ on, words, stars, reply, lastWord }) => ({ on, words, score: stars, reply, lastWord }));
    });
  }
}

export const reviewEntities = [TradeReview];
export const reviewServices = [CustomerErasure, TradeReviews, ReviewLinks, ReviewMail, ReviewsForRegister];
export const reviewPages = [CustomerReviewPages, OwnerReviewPages, StaffTradeReviewPages];
/** Links in messages, and what is forgotten at night, for the worker. */
export const reviewJobs = [AskForReview, AskForLastWord, ForgetCustomers, ForgetCustomersSchedule];
