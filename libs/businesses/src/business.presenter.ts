import type { Branch } from './branch.entity.js';
import { factsOf } from './accessibility.js';
import type { Business, BusinessStatus } from './business.entity.js';
import type { BusinessLine } from './moderation.js';

/** How a status is coloured; its words say the same. */
const tagKinds: Record<BusinessStatus, string> = {
  draft: 'quiet',
  submitted: 'warn',
  published: 'yes',
  declined: 'warn',
  suspended: 'no',
  left: 'quiet',
};

/** A status as a tag. */
export function statusTag(status: BusinessStatus) {
  return { key: `businesses:status.${status}`, kind: tagKinds[status] };
}

/** A branch as owners and staff see it. Its accessibility facts are catalogue keys. */
export function branchView(branch: Branch) {
  return {
    id: branch.id,
    slug: branch.slug,
    name: branch.name,
    online: branch.online,
    address: [...branch.addressLines, branch.town, branch.postcode].filter((part) => part !== null),
    phone: branch.phone,
    opening: branch.opening,
    facts: factsOf(branch.accessibility).map((fact) => `businesses:accessibility.${fact}`),
  };
}

/** A business as owners and staff see it. */
export function businessView(business: Business, categorySlug: string) {
  return {
    id: business.id,
    slug: business.slug,
    name: business.name,
    status: statusTag(business.status),
    statusText: `businesses:status-text.${business.status}`,
    reason: business.decisionReason,
    kind: `businesses:kinds.${business.kind}`,
    category: `businesses:categories.${categorySlug}`,
    summary: business.summary,
    website: business.website,
    contactName: business.contactName,
    contactEmail: business.contactEmail,
    contactPhone: business.contactPhone,
    worksInHomes: business.worksInHomes,
    leafletCode: business.recruitedByCode,
    submittedAt: business.submittedAt,
    lastConfirmedOn: business.lastConfirmedOn,
    canSubmit: business.status === 'draft' || business.status === 'declined',
    canConfirm: business.status === 'submitted' || business.status === 'published',
    canPublish: ['submitted', 'declined', 'suspended'].includes(business.status),
    canDecline: business.status === 'submitted',
    canSuspend: business.status === 'published',
    hasLeft: business.status === 'left',
  };
}

/** What the form with the details of a business shows at first. */
export function detailsFormOf(business: Business, categorySlug: string) {
  const { name, kind, summary, website, contactName, contactEmail, contactPhone } = business;
  return { name, kind, category: categorySlug, summary, website, contactName, contactEmail, contactPhone };
}

/** What the form of a branch shows at first. */
export function branchFormOf(branch: Branch) {
  const [line1, line2] = branch.addressLines;
  const { name, postcode, phone, opening } = branch;
  return { name, line1, line2, postcode, phone, opening, accessibility: factsOf(branch.accessibility) };
}

/** One line of the staff's list. */
export function lineView(line: BusinessLine) {
  return {
    href: `/staff/businesses/${line.id}`,
    name: line.name,
    status: statusTag(line.status),
    category: `businesses:categories.${line.categorySlug}`,
    towns: line.towns,
    submittedAt: line.submittedAt,
  };
}
