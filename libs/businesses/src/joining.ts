import { Accounts } from '@carers/access';
import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { Branch } from './branch.entity.js';
import type { PlacedBranch } from './branches.js';
import { BusinessEvents } from './business-events.js';
import { BusinessMail } from './business-mail.js';
import type { Business } from './business.entity.js';
import { Businesses, type NewBusinessFacts } from './businesses.js';
import type { HomeWork } from './home-work.js';
import { BusinessTerms } from './terms.js';

/** How a business comes in: by itself through the registration, or typed in by staff. */
@Injectable()
export class Joining {
  constructor(
    private readonly businesses: Businesses,
    private readonly accounts: Accounts,
    private readonly terms: BusinessTerms,
    private readonly mail: BusinessMail,
    private readonly events: BusinessEvents,
  ) {}

  /**
   * Everything that joining is: the business submitted, its terms agreed, an account for its contact who may act for
   * it, the thank-you to them and the notice to the staff queued, the fact announced. Saved together, or not at all.
   * @param termsVersion the version that they read
   * @param branches each from `Branches.place`
   * @param homeWork what a trade said about its work in people's homes
   * @throws TermsChanged
   */
  async register(
    tx: Tx,
    facts: NewBusinessFacts,
    branches: readonly PlacedBranch[],
    termsVersion: string,
    actor: Actor,
    homeWork: HomeWork | null = null,
  ): Promise<{ business: Business; branches: Branch[] }> {
    const drafted = await this.businesses.draft(tx, facts, branches, actor);
    const business = await this.businesses.submit(tx, drafted.business.id, actor);
    const owner = await this.addOwner(tx, business.id, { email: facts.contactEmail, name: facts.contactName }, actor);
    await this.terms.accept(tx, business.id, termsVersion, owner);
    await this.mail.received(tx, business);
    await this.events.announce(tx, 'registered', { businessId: business.id, actor, homeWork });
    return { business, branches: drafted.branches };
  }

  /** Lets a person act for a business once they have signed in by that e-mail address. Gives their account's id. */
  async addOwner(tx: Tx, businessId: string, person: { email: string; name: string }, actor: Actor): Promise<string> {
    const accountId = await this.accounts.ensure(tx, person, actor);
    await this.accounts.grant(tx, accountId, 'business_owner', { kind: 'business', id: businessId }, actor);
    return accountId;
  }
}
