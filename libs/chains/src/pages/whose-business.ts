import type { Who } from '@carers/access';
import type { Actor } from '@carers/audit';
import { BusinessNotFound, ownedBusiness } from '@carers/businesses';
import { isUuid } from '@carers/kernel';

/** Who acts for a business on a page, and where the page stands: the same pages are the owner's and the staff's. */
export interface Side {
  /** The id from an address, once it is sure that this person may act for that business. @throws BusinessNotFound */
  business(who: Who, given: string): string;
  actor(who: Who): Actor;
  /** Address under which a business's pages stand. */
  base(businessId: string): string;
  /** Where the page of the whole business is. */
  home(businessId: string): string;
}

export const ownerSide: Side = {
  business: ownedBusiness,
  actor: (who) => who.actor('business_owner'),
  base: (id) => `/business/${id}`,
  home: (id) => `/business/${id}`,
};

export const staffSide: Side = {
  business: (_who, given) => {
    if (!isUuid(given)) throw new BusinessNotFound();
    return given.toLowerCase();
  },
  actor: (who) => who.actor(),
  base: (id) => `/staff/chains/${id}`,
  home: () => '/staff/chains',
};
