import { Accounts } from '@carers/access';
import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { Branch } from './branch.entity.js';
import type { PlacedBranch } from './branches.js';
import { BusinessMail } from './business-mail.js';
import type { Business } from './business.entity.js';
import { Businesses, type BusinessFacts } from './businesses.js';
import { BusinessTerms } from './terms.js';

/** How a business comes in: by itself through the registration, or typed in by staff. */
@Injectable()
export class Joining {
  constructor(
    private readonly businesses: Businesses,
    private readonly accounts: Accounts,
    private readonly terms: BusinessTerms,
    private readonly mail: BusinessMail,
  ) {}

  /**
   * Everything that joining is: the business submitted, its terms agreed, an account for its contact who may act for
   * it, the thank-you to them and the notice to the staff queued. Saved together, or not at all.
   * @param termsVersion the version that they read
   * @param branches each from `Branches.place`
   * @throws TermsChanged
   */
  async register(
    tx: Tx,
    facts: BusinessFacts,
    branches: readonly PlacedBranch[],
    termsVersion: string,
    actor: Actor,
  ): Promise<{ business: Business; branches: Branch[] }> {
    const drafted = await this.businesses.draft(tx, facts, branches, actor);
    const business = await this.businesses.submit(tx, drafted.business.id, actor);
    const owner = await this.addOwner(tx, business.id, { email: facts.contactEmail, name: facts.contactName }, actor);
    await this.terms.accept(tx, business.id, termsVersion, owner);
    await this.mail.received(tx, business);
    return { business, branches: drafted.branches };
  }

  /** Lets a person act for a business once they have signed in by that e-mail address. Gives their account's id. */
  async addOwner(tx: Tx, businessId: string, person: { email: string; name: string }, actor: Actor): Promise<string> {
    const accountId = await this.accounts.ensure(tx, person, actor);
    await this.accounts.grant(tx, accountId, 'business_owner', { kind: 'business', id: businessId }, actor);
    return accountId;
  }
}
