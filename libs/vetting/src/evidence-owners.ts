import type { EvidenceOwner } from '@carers/evidence';

/** What the business sends for a check belongs to the check. */
export const filesOfCheck = (checkId: string): EvidenceOwner => ({ kind: 'vetting_check', id: checkId });

/** Photos of a visit belong to the visit. */
export const filesOfVisit = (visitId: string): EvidenceOwner => ({ kind: 'site_visit', id: visitId });
