import { Limits } from '@carers/access';
import { Database } from '@carers/database';
import { Clock, dateInLondon } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { type BundleOffer, bundleStatement } from './till-bundle.statement.js';
import { TillKeys } from './till-keys.js';
import type { StaffPin } from './till.entity.js';

/** How often a till fetches its bundle, in minutes. */
const syncMinutes = 15;

/** Everything that a till needs for working without a connection. Nothing in it is about a cardholder. */
export interface TillBundle {
  till: { id: string; name: string };
  branch: { id: string; name: string };
  business: { id: string; name: string };
  working: boolean;
  offers: BundleOffer[];
  policy: { undoMinutes: number; syncMinutes: number };
  pin: StaffPin | null;
}

/** Gives tills what they keep for the time without a connection. */
@Injectable()
export class TillBundles {
  constructor(
    private readonly database: Database,
    private readonly keys: TillKeys,
    private readonly scheme: SchemeService,
    private readonly limits: Limits,
    private readonly clock: Clock,
  ) {}

  /**
   * The bundle of the till with that key, which counts as its sync. A business that does not take part has no offers.
   * @throws TillKeyRefused; AskedTooOften when it asks in a loop
   */
  async of(keyHash: string): Promise<TillBundle> {
    const till = await this.keys.till(keyHash);
    await this.limits.count('till-bundle', till.id);
    const now = this.clock.now();
    const { redemptions } = await this.scheme.policyOn(dateInLondon(now));
    const offers = await this.database.prepared<BundleOffer>(bundleStatement, [
      till.id,
      keyHash,
      till.branchId,
      till.businessId,
      now,
      dateInLondon(now),
    ]);
    return {
      till: { id: till.id, name: till.name },
      branch: { id: till.branchId, name: till.branchName },
      business: { id: till.businessId, name: till.businessName },
      working: till.working,
      offers: till.working ? offers : [],
      policy: { undoMinutes: redemptions.undoMinutes, syncMinutes },
      pin: till.pin,
    };
  }
}
