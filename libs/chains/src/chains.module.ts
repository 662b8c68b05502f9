import { AccessModule, StaffSections } from '@carers/access';
import { BusinessesModule, OwnerLinks } from '@carers/businesses';
import { CardsModule } from '@carers/cards';
import { OfferLinks, OffersModule } from '@carers/offers';
import { PlacesModule } from '@carers/places';
import { Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { HolderErasure } from './holder-erasure.js';
import { Arrangements } from './arrangements.js';
import { ChainsMail } from './chains-mail.js';
import { CodePools } from './code-pools.js';
import { ForgetHolders, ForgetHoldersSchedule } from './code-retention.js';
import { OwnerSettlementPages, StaffSettlementPages } from './pages/settlement.pages.js';
import { OwnerStoreNumberPages, StaffStoreNumberPages } from './pages/store-number.pages.js';
import { StaffChainsPages } from './pages/staff-chains.pages.js';
import { OwnerTillCodePages, StaffTillCodePages } from './pages/till-code.pages.js';
import { TillCodeOfOfferPages } from './pages/my-till-code.pages.js';
import { SettlementImport } from './settlement/settlement-import.entity.js';
import { Settlements } from './settlement/settlements.js';
import { StoreNumbers } from './store-numbers.js';
import { TillArrangement } from './till-arrangement.entity.js';
import { TillBarcode } from './till-barcode.entity.js';
import { TillCode } from './till-code.entity.js';
import { TillCodes } from './till-codes.js';

export const chainsEntities = [TillArrangement, TillBarcode, TillCode, SettlementImport];

const services = [Arrangements, ChainsMail, CodePools, Settlements, StoreNumbers, TillCodes];

/** Barcodes and codes for chains' tills, and their settlement files. */
@Module({
  imports: [
    AccessModule,
    BusinessesModule,
    CardsModule,
    OffersModule,
    PlacesModule,
    TypeOrmModule.forFeature(chainsEntities),
  ],
  providers: [...services, HolderErasure],
  exports: services,
})
export class ChainsModule {}

/** The pages of cardholders, owners and staff. */
@Module({
  imports: [ChainsModule, AccessModule, BusinessesModule, CardsModule, OffersModule],
  controllers: [
    TillCodeOfOfferPages,
    OwnerTillCodePages,
    StaffTillCodePages,
    OwnerStoreNumberPages,
    StaffStoreNumberPages,
    OwnerSettlementPages,
    StaffSettlementPages,
    StaffChainsPages,
  ],
})
export class ChainsWebModule implements OnModuleInit {
  constructor(
    private readonly sections: StaffSections,
    private readonly owners: OwnerLinks,
    private readonly offers: OfferLinks,
    private readonly arrangements: Arrangements,
  ) {}

  onModuleInit(): void {
    this.sections.add({
      roles: ['registrar', 'administrator'],
      href: '/staff/chains',
      titleKey: 'chains:staff.section',
    });
    this.owners.add({
      href: ({ id, kind }) => (kind === 'chain' ? `/business/${id}/till-codes` : null),
      titleKey: 'chains:owner.section',
    });
    this.offers.add({
      href: async (id) => ((await this.arrangements.isArranged(id)) ? `/account/offers/${id}/till-code` : null),
      titleKey: 'chains:offer.link',
    });
  }
}

/** What is done at night, for the worker. */
@Module({ imports: [ChainsModule, PlacesModule], providers: [ForgetHolders, ForgetHoldersSchedule] })
export class ChainsJobsModule {}
