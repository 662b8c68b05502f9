import { AuditModule } from '@carers/audit';
import { BrandSource } from '@carers/pages';
import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CarersService } from './carers-service.entity.js';
import { Places } from './places.js';
import { Region } from './region.entity.js';
import { SchemeBrandSource } from './scheme-brand-source.js';
import { SchemePolicy } from './scheme-policy.entity.js';
import { Scheme } from './scheme.entity.js';
import { SchemeService } from './scheme.service.js';
import { TownRow } from './town.entity.js';

export const placesEntities = [Scheme, SchemePolicy, CarersService, Region, TownRow];

/** The scheme, its regions and its map. */
@Module({
  imports: [AuditModule, TypeOrmModule.forFeature(placesEntities)],
  providers: [SchemeService, Places, SchemeBrandSource],
  exports: [SchemeService, Places, SchemeBrandSource],
})
export class PlacesModule {}

/** The scheme's own look for every page and message: in an app, in the place of the demo brand. */
@Global()
@Module({
  imports: [PlacesModule],
  providers: [{ provide: BrandSource, useExisting: SchemeBrandSource }],
  exports: [BrandSource],
})
export class SchemeBrandModule {}
