import { AccessModule, StaffSections } from '@carers/access';
import { InformationServiceModule } from '@carers/information-service';
import { PlacesModule } from '@carers/places';
import { Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { FiguresWords } from './figures/figures.message.js';
import { ReferrerFiguresPages } from './figures/figures.pages.js';
import { MonthlyLetters, MonthlyLettersSchedule } from './figures/monthly-letters.js';
import { ReferrerFigures } from './figures/referrer-figures.js';
import { ReferrerLetter } from './figures/referrer-letter.entity.js';
import { Agreements } from './hand-over/agreements.js';
import { ForgetHandOvers, ForgetHandOversSchedule } from './hand-over/forget-hand-overs.js';
import { HandOver } from './hand-over/hand-over.entity.js';
import { HandOverErasure } from './hand-over/hand-over-erasure.js';
import { HandOverCall } from './hand-over/hand-over-call.entity.js';
import { HandOverPages } from './hand-over/hand-over.pages.js';
import { HandOverWording } from './hand-over/hand-over-wording.entity.js';
import { HandOverWork } from './hand-over/hand-over-work.js';
import { HandedOverWords } from './hand-over/handed-over.message.js';
import { HandOvers } from './hand-over/hand-overs.js';
import { StaffHandOversPages } from './hand-over/staff-hand-overs.pages.js';
import { ReferrerFiles } from './paper/referrer-files.js';
import { ReferrerPrint } from './paper/referrer-print.entity.js';
import { Referrer } from './referrer.entity.js';
import { ReferrerDoor } from './referrer-door.js';
import { ReferrerKind } from './referrer-kind.entity.js';
import { ReferrerKinds } from './referrer-kinds.js';
import { ReferrerLinks } from './referrer-links.js';
import { Referrers } from './referrers.js';
import { StaffReferrersPages } from './staff-referrers.pages.js';
import { ReferrerWelcomePages } from './welcome.pages.js';

export const referrersEntities = [
  ReferrerKind,
  Referrer,
  ReferrerPrint,
  ReferrerLetter,
  HandOver,
  HandOverCall,
  HandOverWording,
];

const services = [
  Agreements,
  HandOverErasure,
  HandOverWork,
  HandOvers,
  ReferrerFigures,
  ReferrerFiles,
  ReferrerKinds,
  ReferrerLinks,
  Referrers,
];

/** Referrers, what they hand over, and what came of it. */
@Module({
  imports: [AccessModule, InformationServiceModule, PlacesModule, TypeOrmModule.forFeature(referrersEntities)],
  providers: services,
  exports: services,
})
export class ReferrersModule {}

/** The pages of carers, professionals, referrers and the carers service. */
@Module({
  imports: [ReferrersModule, AccessModule, InformationServiceModule, PlacesModule],
  providers: [ReferrerDoor],
  controllers: [ReferrerWelcomePages, HandOverPages, ReferrerFiguresPages, StaffReferrersPages, StaffHandOversPages],
})
export class ReferrersWebModule implements OnModuleInit {
  constructor(private readonly sections: StaffSections) {}

  onModuleInit(): void {
    const roles = ['carers_service_officer', 'administrator'] as const;
    this.sections.add({
      roles,
      href: '/staff/information-service/hand-overs',
      titleKey: 'referrers:hand-overs.section',
    });
    this.sections.add({ roles, href: '/staff/information-service/referrers', titleKey: 'referrers:staff.section' });
  }
}

/** What is done at night, and the words of its messages, for the worker. */
@Module({
  imports: [ReferrersModule, PlacesModule],
  providers: [
    FiguresWords,
    ForgetHandOvers,
    ForgetHandOversSchedule,
    HandedOverWords,
    MonthlyLetters,
    MonthlyLettersSchedule,
  ],
})
export class ReferrersJobsModule {}
