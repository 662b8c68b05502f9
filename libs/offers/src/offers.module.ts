import { AuditModule } from '@carers/audit';
import { BusinessesModule } from '@carers/businesses';
import { PlacesModule } from '@carers/places';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Directory } from './directory/directory.js';
import { Offer } from './offer.entity.js';
import { OfferMail } from './offer-mail.js';
import { OfferWording } from './offer-wording.js';
import { Offers } from './offers.js';

export const offersEntities = [Offer];

/** Offers: what can be done with them, and their words. */
@Module({
  imports: [AuditModule, BusinessesModule, PlacesModule, TypeOrmModule.forFeature(offersEntities)],
  providers: [OfferMail, OfferWording, Offers, Directory],
  exports: [OfferMail, OfferWording, Offers, Directory, BusinessesModule, PlacesModule],
})
export class OffersModule {}
