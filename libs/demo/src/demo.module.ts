import { OffersModule } from '@carers/offers';
import { PlacesModule } from '@carers/places';
import { Module } from '@nestjs/common';
import { ScaleLoad } from './scale/scale-load.js';

/** The demo scheme, and large schemes for benches. */
@Module({ imports: [PlacesModule, OffersModule], providers: [ScaleLoad], exports: [ScaleLoad] })
export class DemoModule {}
