import { StaffSections } from '@carers/access';
import { CardsModule, Looks } from '@carers/cards';
import { Database } from '@carers/database';
import { InformationServiceModule } from '@carers/information-service';
import { PlacesModule } from '@carers/places';
import { Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Application } from './application.entity.js';
import { ApplicationErasure } from './application-erasure.js';
import { ApplicationLinks } from './application-links.js';
import { ApplicationMail } from './application-mail.js';
import { CardAgain, NewCard, Question, ReceivedLink, Refusal, ResumeLink } from './application.messages.js';
import { Applications } from './applications.js';
import { ApplicationsApi } from './applications.api.js';
import { ApplicationsSchedule, DeleteExpired } from './applications.handlers.js';
import { ApplyPages } from './apply.pages.js';
import { ApplySendingPages } from './apply-sending.pages.js';
import { Decisions } from './decisions.js';
import { Intake } from './intake.js';
import { Issuing } from './issuing.js';
import { Matches } from './matches.js';
import { Queue } from './queue.js';
import { RenewalDeclined, RenewalReceived, Renewed } from './renewing/renewal.messages.js';
import { AccountRenewalPages, LinkRenewalPages } from './renewing/renewal.pages.js';
import { RenewalDesk } from './renewing/renewal-desk.js';
import { Renewals } from './renewing/renewals.js';
import { Renewing } from './renewing/renewing.js';
import { StaffRenewalPages } from './renewing/staff-renewal.pages.js';
import { StaffApplicationsPages } from './staff-applications.pages.js';
import { StaffPaperPages } from './staff-paper.pages.js';
import { StepForms } from './step-forms.js';

const services = [
  Applications,
  ApplicationLinks,
  ApplicationMail,
  Decisions,
  Intake,
  Issuing,
  Matches,
  Queue,
  Renewals,
  Renewing,
  StepForms,
];

/** Applications, for other libs. */
@Module({
  imports: [CardsModule, InformationServiceModule, PlacesModule, TypeOrmModule.forFeature([Application])],
  providers: [...services, ApplicationErasure],
  exports: services,
})
export class ApplicationsModule {}

/** The pages of applicants and registrars, and the API. */
@Module({
  imports: [ApplicationsModule, CardsModule, InformationServiceModule, PlacesModule],
  // Fixed addresses before `:step` and `:id`.
  controllers: [
    ApplySendingPages,
    ApplyPages,
    LinkRenewalPages,
    AccountRenewalPages,
    StaffPaperPages,
    StaffRenewalPages,
    StaffApplicationsPages,
    ApplicationsApi,
  ],
  providers: [RenewalDesk],
})
export class ApplicationsWebModule implements OnModuleInit {
  constructor(
    private readonly sections: StaffSections,
    private readonly queue: Queue,
    private readonly looks: Looks,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    this.sections.add({
      roles: ['registrar', 'administrator'],
      href: '/staff/applications',
      titleKey: 'applications:staff.section',
      count: () => this.queue.waiting(),
    });
    this.looks.addSource((holders) =>
      this.database.query(
        `SELECT 'application' AS kind, id, cardholder_id AS holder FROM application WHERE cardholder_id = ANY ($1::uuid[])`,
        [holders],
      ),
    );
  }
}

/** Links in messages, and the nightly deletion, for the worker. */
@Module({
  imports: [ApplicationsModule, CardsModule],
  providers: [
    ...[ResumeLink, ReceivedLink, Question, Refusal, NewCard, CardAgain],
    ...[Renewed, RenewalReceived, RenewalDeclined],
    DeleteExpired,
    ApplicationsSchedule,
  ],
})
export class ApplicationsJobsModule {}
