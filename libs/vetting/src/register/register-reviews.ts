import type { LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';

/** A review of a trade as anybody may read it. */
export interface PublicReview {
  on: LocalDate;
  words: string;
  /** From 1 to 5, where one was given. */
  score: number | null;
  /** The business's reply; null without one. */
  reply: string | null;
  /** What the customer said to the reply; null without one. */
  lastWord: string | null;
}

type Source = (businessId: string) => Promise<PublicReview[]>;

/** Where the register has its reviews from. Whoever keeps them says so when its module starts; until then there are none. */
@Injectable()
export class RegisterReviews {
  private source: Source | null = null;

  from(source: Source): void {
    this.source = source;
  }

  async of(businessId: string): Promise<PublicReview[]> {
    return this.source ? this.source(businessId) : [];
  }
}
