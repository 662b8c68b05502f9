import { AccessModule } from '@carers/access';
import { BusinessesModule } from '@carers/businesses';
import { CardsModule } from '@carers/cards';
import { PlacesModule } from '@carers/places';
import { ReviewsModule } from '@carers/reviews';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CardCheckPages } from './card-check.pages.js';
import { CardChecks } from './card-checks.js';
import { EndedTills } from './ended-tills.js';
import { OfflineRedemptions } from './offline-redemptions.js';
import { KnownTills } from './known-tills.js';
import { OfferUses } from './offer-uses.js';
import { OwnerTillPages } from './owner-till.pages.js';
import { OwnUsePages } from './own-use/own-use.pages.js';
import { OwnUses } from './own-use/own-uses.js';
import { OwnerTillsPages } from './owner-tills.pages.js';
import { PracticePages } from './practice.pages.js';
import { Recognition } from './recognition.js';
import { Redemption } from './redemption.entity.js';
import { Redemptions } from './redemptions.js';
import { TillApiController } from './till-api.controller.js';
import { TillAppController } from './till-app.controller.js';
import { TillBundles } from './till-bundle.js';
import { TillDevices } from './till-devices.js';
import { TillStatement } from './till-statement.js';
import { TillKeys } from './till-keys.js';
import { TillPairing } from './till-pairing.entity.js';
import { TillKey } from './till-key.entity.js';
import { TillSyncController } from './till-sync.controller.js';
import { Till } from './till.entity.js';
import { TillPages } from './till.pages.js';
import { Tills } from './tills.js';
import { Undoing } from './undoing.js';
import { UnlinkingSchedule, UnlinkUses } from './unlinking/unlinking.jobs.js';
import { PersonUses } from './unlinking/person-uses.js';
import { Unlinking } from './unlinking/unlinking.js';
import { Validation } from './validation.entity.js';
import { Validations } from './validations.js';

/** Tills and what they ask. */
@Module({
  imports: [
    AccessModule,
    CardsModule,
    PlacesModule,
    ReviewsModule,
    TypeOrmModule.forFeature([Till, TillKey, TillPairing, Validation, Redemption]),
  ],
  providers: [
    CardChecks,
    OfferUses,
    TillKeys,
    TillDevices,
    Tills,
    TillBundles,
    TillStatement,
    Recognition,
    Validations,
    Redemptions,
    OfflineRedemptions,
    KnownTills,
    EndedTills,
    Undoing,
    PersonUses,
  ],
  exports: [
    CardChecks,
    OfferUses,
    TillKeys,
    TillDevices,
    Tills,
    TillBundles,
    Validations,
    Redemptions,
    OfflineRedemptions,
    EndedTills,
    Undoing,
  ],
})
export class TillModule {}

/** The same with its API and pages. */
@Module({
  imports: [TillModule, AccessModule, BusinessesModule, CardsModule, PlacesModule],
  controllers: [
    TillApiController,
    TillSyncController,
    TillPages,
    TillAppController,
    CardCheckPages,
    OwnerTillsPages,
    OwnerTillPages,
    PracticePages,
    OwnUsePages,
  ],
  providers: [OwnUses],
})
export class TillWebModule {}

/** What is done at night, for the worker. */
@Module({ imports: [TillModule, PlacesModule], providers: [Unlinking, UnlinkingSchedule, UnlinkUses] })
export class TillJobsModule {}
