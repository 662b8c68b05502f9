import { type Accessibility, factsOf } from '@carers/businesses';
import type { ListedBranch, ListedLine } from './listing.js';

/** One offer as the API gives it. */
export interface OfferLike {
  id: string;
  line: ListedLine;
  distanceMiles?: number | null;
  nearest?: ListedBranch | null;
}

/** @param url of the offer's page */
export function offerJson(offer: OfferLike, region: string, url: string, branches?: readonly ListedBranch[]) {
  const { line } = offer;
  return {
    id: offer.id,
    title: line.title,
    terms: line.sentence,
    kind: line.terms.kind,
    business: { slug: line.business.slug, name: line.business.name },
    branches: (branches ?? nearestFirst(line.branches, offer.nearest)).map(branchJson),
    branchCount: line.branchCount,
    region,
    category: line.category,
    distanceMiles: offer.distanceMiles ?? null,
    conditions: line.conditions,
    lastConfirmedOn: line.confirmedOn,
    url,
    details: line.terms,
  };
}

export function branchJson(branch: Omit<ListedBranch, 'accessibility'> & { accessibility: Accessibility }) {
  const { id, slug, name, town, postcode, online } = branch;
  return { id, slug, name, town, postcode, online, accessibility: factsOf(branch.accessibility) };
}

function nearestFirst(branches: ListedBranch[], nearest: ListedBranch | null | undefined): ListedBranch[] {
  return nearest ? [nearest, ...branches.filter(({ id }) => id !== nearest.id)] : branches;
}
