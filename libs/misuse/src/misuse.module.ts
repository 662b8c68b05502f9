import { PlacesModule } from '@carers/places';
import { ReviewsModule } from '@carers/reviews';
import { Module } from '@nestjs/common';
import { MisuseSchedule, SearchForMisuse } from './misuse.jobs.js';
import { Misuse } from './misuse.js';

/** The search for misuse, for the worker. It has no pages: what it finds is a review. */
@Module({ imports: [PlacesModule, ReviewsModule], providers: [Misuse, MisuseSchedule, SearchForMisuse] })
export class MisuseJobsModule {}
