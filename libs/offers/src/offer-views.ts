import type { Offer, OfferStatus } from './offer.entity.js';

const tagKinds: Record<OfferStatus, string> = {
  draft: 'quiet',
  submitted: 'warn',
  published: 'yes',
  withheld: 'warn',
  declined: 'no',
  paused: 'quiet',
  withdrawn: 'quiet',
};

/** An offer as its owner sees it, and what they can do with it. */
export function ownerView(offer: Offer) {
  const { id, status } = offer;
  const buttons = [
    status === 'draft' || status === 'declined' ? 'submit' : null,
    status === 'published' || status === 'withheld' ? 'pause' : null,
    status === 'paused' ? 'resume' : null,
    status === 'published' ? 'confirm' : null,
    status === 'withdrawn' ? null : 'withdraw',
  ];
  return {
    id,
    title: offer.title,
    sentence: offer.sentence,
    statusKey: `offers:status.${status}`,
    statusKind: tagKinds[status],
    withheld: status === 'withheld',
    changeWaits: offer.proposed !== null,
    declineReason: offer.declineReason,
    confirmedOn: offer.agreed ? offer.lastConfirmedOn : null,
    editable: status !== 'withdrawn',
    buttons: buttons.filter((button) => button !== null),
  };
}
