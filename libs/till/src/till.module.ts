import { CardsModule } from '@carers/cards';
import { PlacesModule } from '@carers/places';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Redemption } from './redemption.entity.js';
import { Redemptions } from './redemptions.js';
import { TillApiController } from './till-api.controller.js';
import { TillPairing } from './till-pairing.entity.js';
import { Till } from './till.entity.js';
import { Tills } from './tills.js';
import { Validation } from './validation.entity.js';
import { Validations } from './validations.js';

/** Tills and what they ask. */
@Module({
  imports: [CardsModule, PlacesModule, TypeOrmModule.forFeature([Till, TillPairing, Validation, Redemption])],
  providers: [Tills, Validations, Redemptions],
  exports: [Tills, Validations, Redemptions],
})
export class TillModule {}

/** The same with its API and pages. */
@Module({ imports: [TillModule], controllers: [TillApiController] })
export class TillWebModule {}
