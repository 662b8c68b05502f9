import type { MigrationClass } from '@carers/database';
import { Foundation1763770000000 } from './202611220000-foundation.js';
import { Messages1763770005000 } from './202611220005-messages.js';
import { Places1763770010000 } from './202611220010-places.js';
import { Payments1763770015000 } from './202611220015-payments.js';
import { Access1763770020000 } from './202611220020-access.js';
import { Cards1763770030000 } from './202611220030-cards.js';
import { Businesses1763770040000 } from './202611220040-businesses.js';
import { Offers1763770050000 } from './202611220050-offers.js';
import { InformationService1763770055000 } from './202611220055-information-service.js';
import { Applications1763770060000 } from './202611220060-applications.js';
import { Till1763770070000 } from './202611220070-till.js';
import { CardStatus1763770080000 } from './202611220080-card-status.js';
import { TillDevices1763770090000 } from './202611220090-till-devices.js';
import { OfflineRedemptions1763770095000 } from './202611220095-offline-redemptions.js';
import { Reviews1763770100000 } from './202611220100-reviews.js';
import { MisuseAndUnlinking1763770105000 } from './202611220105-misuse-and-unlinking.js';
import { Chains1763770110000 } from './202611220110-chains.js';
import { TillHotPath1763770120000 } from './202611220120-till-hot-path.js';
import { OfferHours1763770130000 } from './202611220130-offer-hours.js';
import { SettlementUses1763770140000 } from './202611220140-settlement-uses.js';
import { TillCountsOnce1763770145000 } from './202611220145-till-counts-once.js';
import { Vetting1763770150000 } from './202611220150-vetting.js';
import { Evidence1763770155000 } from './202611220155-evidence.js';
import { VettingOwner1763770156000 } from './202611220156-vetting-owner.js';
import { PaymentsLedger1763770160000 } from './202611220160-payments-ledger.js';
import { Stripe1763770165000 } from './202611220165-stripe.js';
import { Listing1763770170000 } from './202611220170-listing.js';
import { VettingOfficers1763770175000 } from './202611220175-vetting-officers.js';
import { Recruiting1763770180000 } from './202611220180-recruiting.js';
import { RefundOnce1763770185000 } from './202611220185-refund-once.js';
import { Suppression1763770200000 } from './202611220200-suppression.js';
import { PreferenceCentre1763770205000 } from './202611220205-preference-centre.js';
import { RegisteredWithoutCard1763770210000 } from './202611220210-registered-without-card.js';
import { Segments1763770215000 } from './202611220215-segments.js';
import { Webhooks1763770220000 } from './202611220220-webhooks.js';
import { Referrers1763770225000 } from './202611220225-referrers.js';
import { ServiceFigures1763770230000 } from './202611220230-service-figures.js';
import { Bulletins1763770235000 } from './202611220235-bulletins.js';
import { AutomaticMessages1763770240000 } from './202611220240-automatic-messages.js';
import { BulletinSending1763770245000 } from './202611220245-bulletin-sending.js';
import { TillAnswers1763770250000 } from './202611220250-till-answers.js';
import { LateReports1763770260000 } from './202611220260-late-reports.js';
import { ReportsOnce1763770261000 } from './202611220261-reports-once.js';
import { LettersTooLate1763770262000 } from './202611220262-letters-too-late.js';
import { PostKeys1763770263000 } from './202611220263-post-keys.js';
import { ListCounts1763770265000 } from './202611220265-list-counts.js';
import { FiguresAtSize1763770266000 } from './202611220266-figures-at-size.js';
import { Renewals1763770270000 } from './202611220270-renewals.js';
import { WebhookDeadLetters1763770272000 } from './202611220272-webhook-dead-letters.js';
import { TillPlans1763770280000 } from './202611220280-till-plans.js';
import { FiguresRolledUp1763770285000 } from './202611220285-figures-rolled-up.js';
import { TillStanding1763770295000 } from './202611220295-till-standing.js';
import { HoursOfCaring1763770300000 } from './202611220300-hours-of-caring.js';
import { TillChecks1763770310000 } from './202611220310-till-checks.js';

/** Every migration, oldest first. A landed one is never edited; add another. */
export const migrations: MigrationClass[] = [
  Foundation1763770000000,
  Messages1763770005000,
  Places1763770010000,
  Payments1763770015000,
  Access1763770020000,
  Cards1763770030000,
  Businesses1763770040000,
  Offers1763770050000,
  InformationService1763770055000,
  Applications1763770060000,
  Till1763770070000,
  CardStatus1763770080000,
  TillDevices1763770090000,
  OfflineRedemptions1763770095000,
  Reviews1763770100000,
  MisuseAndUnlinking1763770105000,
  Chains1763770110000,
  TillHotPath1763770120000,
  OfferHours1763770130000,
  SettlementUses1763770140000,
  TillCountsOnce1763770145000,
  Vetting1763770150000,
  Evidence1763770155000,
  VettingOwner1763770156000,
  PaymentsLedger1763770160000,
  Stripe1763770165000,
  Listing1763770170000,
  VettingOfficers1763770175000,
  Recruiting1763770180000,
  RefundOnce1763770185000,
  Suppression1763770200000,
  PreferenceCentre1763770205000,
  RegisteredWithoutCard1763770210000,
  Segments1763770215000,
  Webhooks1763770220000,
  Referrers1763770225000,
  ServiceFigures1763770230000,
  Bulletins1763770235000,
  AutomaticMessages1763770240000,
  BulletinSending1763770245000,
  TillAnswers1763770250000,
  LateReports1763770260000,
  ReportsOnce1763770261000,
  LettersTooLate1763770262000,
  PostKeys1763770263000,
  ListCounts1763770265000,
  FiguresAtSize1763770266000,
  Renewals1763770270000,
  WebhookDeadLetters1763770272000,
  TillPlans1763770280000,
  FiguresRolledUp1763770285000,
  TillStanding1763770295000,
  HoursOfCaring1763770300000,
  TillChecks1763770310000,
];
