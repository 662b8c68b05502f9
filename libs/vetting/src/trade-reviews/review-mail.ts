import { Accounts } from '@carers/access';
import { Businesses } from '@carers/businesses';
import { Cardholder } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import {
  Messages,
  type OutgoingMessage,
  type ParamsSupplier,
  type SuppliedParams,
  SuppliesParams,
} from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { ReviewLinks } from './review-links.js';
import { TradeReview } from './trade-review.entity.js';

/** What customers and businesses are told about reviews. */
@Injectable()
export class ReviewMail {
  constructor(
    private readonly messages: Messages,
    private readonly accounts: Accounts,
    private readonly businesses: Businesses,
  ) {}

  /** Asks a customer for a review, or for the last word. Without an address nothing is sent. @returns whether it was */
  async toCustomer(tx: Tx, review: TradeReview, template: 'trade-review-ask' | 'trade-review-last'): Promise<boolean> {
    const customer = review.cardholderId ? await tx.findOneBy(Cardholder, { id: review.cardholderId }) : null;
    if (!customer?.email || customer.leftAt) return false;
    await this.messages.queue(tx, {
      to: { channel: 'email', address: customer.email, name: customer.firstName, locale: customer.locale },
      template: `vetting/${template}`,
      about: { kind: 'trade_review', id: review.id },
    });
    return true;
  }

  /** Tells everybody who acts for the business what was said, and until when they may reply. */
  async toBusiness(tx: Tx, review: TradeReview): Promise<void> {
    const { name: business } = await this.businesses.get(review.businessId, tx);
    const owners = await this.accounts.holders('business_owner', { kind: 'business', id: review.businessId }, tx);
    for (const { email, name, locale } of owners) {
      if (!email) continue;
      await this.messages.queue(tx, {
        to: { channel: 'email', address: email, name, locale },
        template: 'vetting/trade-review-reply',
        params: {
          business,
          kind: review.kind,
          until: review.replyUntil,
          path: `/business/${review.businessId}/trade-reviews/${review.id}`,
        },
        about: { kind: 'trade_review', id: review.id },
      });
    }
  }
}

/** Name of the business, and the link, put in when the message is sent. */
abstract class CustomerLink implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly businesses: Businesses,
    private readonly links: ReviewLinks,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const review = await this.database.reader.findOneBy(TradeReview, { id: message.aboutId! });
    if (!review?.tokenHash || review.tokenHash !== this.links.hashFor(review)) return { params: {}, drop: true };
    const { name: business } = await this.businesses.get(review.businessId);
    return { params: { business, link: this.links.urlFor(review), until: review.openUntil }, secret: true };
  }
}

@Injectable()
@SuppliesParams('vetting/trade-review-ask')
export class AskForReview extends CustomerLink {
  constructor(database: Database, businesses: Businesses, links: ReviewLinks) {
    super(database, businesses, links);
  }
}

@Injectable()
@SuppliesParams('vetting/trade-review-last')
export class AskForLastWord extends CustomerLink {
  constructor(database: Database, businesses: Businesses, links: ReviewLinks) {
    super(database, businesses, links);
  }
}
