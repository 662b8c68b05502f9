import type { Accessibility } from '@carers/businesses';
import type { LocalDate } from '@carers/kernel';
import type { OfferTerms } from '@carers/offer-rules';

/** The region of offers that can be used anywhere: those of online branches. */
export const onlineRegionId = '00000000-0000-0000-0000-000000000000';
/** Its name in addresses and in the API. */
export const onlineSlug = 'online';

/** A place where an offer can be used, as far as a line of a list shows it. */
export interface ListedBranch {
  id: string;
  slug: string;
  name: string;
  town: string | null;
  postcode: string | null;
  online: boolean;
  accessibility: Accessibility;
}

/** Everything that a line of a list shows, as `relist_businesses` in the migration lays it down. */
export interface ListedLine {
  slug: string;
  subject: string | null;
  title: string;
  sentence: string;
  conditions: string[];
  /** Without branch ids: whoever reads a list asks for no branch. */
  terms: OfferTerms;
  confirmedOn: LocalDate;
  /** Slug of the category. */
  category: string;
  /** `checkedUntil`: the last day on which it may be said to be checked for work in people's homes. */
  business: { slug: string; name: string; comesToYou: boolean; checkedUntil?: LocalDate | null };
  branchCount: number;
  /** The first few by name. */
  branches: ListedBranch[];
}

/** One offer in one region. */
export interface Listed {
  id: string;
  regionId: string;
  line: ListedLine;
  /** From where was asked, by the shortest way; null where nobody asked or it is online. */
  distanceMiles: number | null;
  /** The branch that distance is to. */
  nearest: ListedBranch | null;
}
