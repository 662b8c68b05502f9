import { InformationServiceModule } from '@carers/information-service';
import { OffersModule } from '@carers/offers';
import { PlacesModule } from '@carers/places';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { sendingEntities, sendingJobProviders, sendingServices } from './sending/sending.providers.js';
import { BulletinContents } from './writing/bulletin-contents.js';
import { BulletinPicture } from './writing/bulletin-picture.entity.js';
import { BulletinSources } from './writing/bulletin-sources.js';
import { BulletinVersion } from './writing/bulletin-version.entity.js';
import { Bulletin } from './writing/bulletin.entity.js';

export const bulletinsEntities = [Bulletin, BulletinVersion, BulletinPicture, ...sendingEntities];

const services = [BulletinContents, BulletinSources, ...sendingServices];

/** Bulletins: their words, and what is sent of them. */
@Module({
  imports: [InformationServiceModule, OffersModule, PlacesModule, TypeOrmModule.forFeature(bulletinsEntities)],
  providers: services,
  exports: [InformationServiceModule, PlacesModule, ...services],
})
export class BulletinsModule {}

/** Pages on which officers write bulletins, and those on which everybody reads them. */
@Module({ imports: [BulletinsModule], controllers: [] })
export class BulletinsWebModule {}

/** Work in the background. */
@Module({ imports: [BulletinsModule], providers: [...sendingJobProviders] })
export class BulletinsJobsModule {}
