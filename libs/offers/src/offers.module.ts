import { AuditModule } from '@carers/audit';
import { BusinessesModule } from '@carers/businesses';
import { PlacesModule } from '@carers/places';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BusinessMarks } from './business-marks.js';
import { Directory } from './directory/directory.js';
import { DirectoryController } from './directory/directory.controller.js';
import { DirectoryCounts } from './directory/directory-counts.js';
import { DirectoryDetails } from './directory/directory-details.js';
import { DirectoryFilters } from './directory/directory-filters.js';
import { DirectoryMemory } from './directory/directory-memory.js';
import { DirectoryPages } from './directory/directory.pages.js';
import { Elsewhere } from './directory/elsewhere.js';
import { HomePages } from './directory/home.pages.js';
import { OfferCards } from './directory/offer-cards.js';
import { OfferPresenter } from './directory/offer-presenter.js';
import { ListedOffers } from './directory/listed-offers.js';
import { Questions } from './directory/questions.js';
import { SitemapParts } from './directory/sitemap-parts.js';
import { SitemapController } from './directory/sitemap.controller.js';
import { HomeVisits } from './home-visits.js';
import { ModerationPages } from './moderation.pages.js';
import { AskToConfirmHandler, ConfirmationSchedule } from './offer-confirmation.js';
import { Offer } from './offer.entity.js';
import { OfferLinks } from './offer-links.js';
import { OfferMail } from './offer-mail.js';
import { OfferWording } from './offer-wording.js';
import { Offers } from './offers.js';
import { OwnerOffersPages } from './owner-offers.pages.js';

export const offersEntities = [Offer];

const services = [
  BusinessMarks,
  HomeVisits,
  OfferLinks,
  OfferMail,
  OfferWording,
  Offers,
  Directory,
  DirectoryMemory,
  DirectoryCounts,
  ListedOffers,
  SitemapParts,
];

/** Offers and the directory's lists: what can be done with them, and their words. */
@Module({
  imports: [AuditModule, BusinessesModule, PlacesModule, TypeOrmModule.forFeature(offersEntities)],
  providers: services,
  exports: [...services, BusinessesModule, PlacesModule],
})
export class OffersModule {}

/** The public directory, the home page, the owners' and the staff's pages, and the API. */
@Module({
  imports: [OffersModule],
  controllers: [HomePages, DirectoryController, DirectoryPages, SitemapController, OwnerOffersPages, ModerationPages],
  providers: [DirectoryDetails, DirectoryFilters, Elsewhere, OfferCards, OfferPresenter, Questions],
})
export class OffersWebModule {}

/** Asking owners whether their offers are still right. */
@Module({ imports: [OffersModule], providers: [AskToConfirmHandler, ConfirmationSchedule] })
export class OffersJobsModule {}
