import { AccessModule } from '@carers/access';
import { ApplicationsModule } from '@carers/applications';
import { BulletinsModule } from '@carers/bulletins';
import { BusinessesModule } from '@carers/businesses';
import { CardsModule } from '@carers/cards';
import { InformationServiceModule } from '@carers/information-service';
import { OffersModule } from '@carers/offers';
import { PlacesModule } from '@carers/places';
import { RecruitingModule } from '@carers/recruiting';
import { ReferrersModule } from '@carers/referrers';
import { TillModule } from '@carers/till';
import { VettingModule } from '@carers/vetting';
import { Module } from '@nestjs/common';
import { Demo } from './demo.js';
import { DemoAccounts } from './demo-accounts.js';
import { DemoMarks } from './demo-marks.js';
import { DemoPeople } from './demo-people.js';
import { ApplicationsPart } from './parts/applications.part.js';
import { BulletinsPart } from './parts/bulletins.part.js';
import { BusinessesPart } from './parts/businesses.part.js';
import { CardsPart } from './parts/cards.part.js';
import { ChainsPart } from './parts/chains.part.js';
import { HistoryPart } from './parts/history.part.js';
import { PeoplePart } from './parts/people.part.js';
import { RecruitingPart } from './parts/recruiting.part.js';
import { ReferrersPart } from './parts/referrers.part.js';
import { VettingPart } from './parts/vetting.part.js';
import { ScaleLoad } from './scale/scale-load.js';

/** The demo scheme, and large schemes for benches. */
@Module({
  imports: [
    PlacesModule,
    AccessModule,
    CardsModule,
    BusinessesModule,
    OffersModule,
    InformationServiceModule,
    ApplicationsModule,
    TillModule,
    VettingModule,
    RecruitingModule,
    ReferrersModule,
    BulletinsModule,
  ],
  providers: [
    Demo,
    DemoAccounts,
    DemoMarks,
    DemoPeople,
    PeoplePart,
    BusinessesPart,
    CardsPart,
    ApplicationsPart,
    HistoryPart,
    ChainsPart,
    RecruitingPart,
    ReferrersPart,
    BulletinsPart,
    VettingPart,
    ScaleLoad,
  ],
  exports: [Demo, ScaleLoad],
})
export class DemoModule {}
