import { AccessModule } from '@carers/access';
import { InformationServiceModule } from '@carers/information-service';
import { OffersModule } from '@carers/offers';
import { PlacesModule } from '@carers/places';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  sendingEntities,
  sendingJobProviders,
  sendingPages,
  sendingServices,
  sendingWebServices,
} from './sending/sending.providers.js';
import {
  writingEntities,
  writingJobProviders,
  writingPages,
  writingServices,
  writingWebServices,
} from './writing/writing.providers.js';

export const bulletinsEntities = [...writingEntities, ...sendingEntities];

const services = [...writingServices, ...sendingServices];

/** Bulletins: their words, and what is sent of them. */
@Module({
  imports: [
    AccessModule,
    InformationServiceModule,
    OffersModule,
    PlacesModule,
    TypeOrmModule.forFeature(bulletinsEntities),
  ],
  providers: services,
  exports: [InformationServiceModule, PlacesModule, ...services],
})
export class BulletinsModule {}

/** Pages on which officers write bulletins, and those on which everybody reads them. */
@Module({
  imports: [BulletinsModule, AccessModule, OffersModule],
  controllers: [...writingPages, ...sendingPages],
  providers: [...writingWebServices, ...sendingWebServices],
})
export class BulletinsWebModule {}

/** Work in the background. */
@Module({ imports: [BulletinsModule], providers: [...writingJobProviders, ...sendingJobProviders] })
export class BulletinsJobsModule {}
