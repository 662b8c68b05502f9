import { AccessModule } from '@carers/access';
import { Module } from '@nestjs/common';
import { OffersModule } from '../offers.module.js';
import { JoinPages } from './join.pages.js';
import { JoinSubmission } from './join-submission.js';

/** The registration of businesses: it stands here since it ends with their first offer. */
@Module({ imports: [AccessModule, OffersModule], controllers: [JoinPages], providers: [JoinSubmission] })
export class JoinWebModule {}
