import { AccessJobsModule } from '@carers/access';
import { ApplicationsJobsModule } from '@carers/applications';
import { AuditModule } from '@carers/audit';
import { AutomaticMessagesJobsModule } from '@carers/automatic-messages';
import { BulletinsJobsModule } from '@carers/bulletins';
import { BusinessesJobsModule } from '@carers/businesses';
import { CardsJobsModule } from '@carers/cards';
import { ChainsJobsModule } from '@carers/chains';
import { DatabaseModule, KernelModule } from '@carers/database';
import { EvidenceJobsModule } from '@carers/evidence';
import { InformationServiceJobsModule } from '@carers/information-service';
import { JobsModule } from '@carers/jobs';
import { MessagesJobsModule } from '@carers/messages';
import { MisuseJobsModule } from '@carers/misuse';
import { OffersJobsModule } from '@carers/offers';
import { PagesModule } from '@carers/pages';
import { PaymentsJobsModule } from '@carers/payments';
import { SchemeBrandModule } from '@carers/places';
import { RecruitingJobsModule } from '@carers/recruiting';
import { ReferrersJobsModule } from '@carers/referrers';
import { ReviewsJobsModule } from '@carers/reviews';
import { ServiceFiguresJobsModule } from '@carers/service-figures';
import { type Settings, SettingsModule } from '@carers/settings';
import { TillJobsModule } from '@carers/till';
import { VettingJobsModule } from '@carers/vetting';
import { WebhooksJobsModule } from '@carers/webhooks';
import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';

/** Handlers of background jobs, and the schedule. A process imports it once. */
@Module({
  imports: [
    MessagesJobsModule,
    PaymentsJobsModule,
    EvidenceJobsModule,
    WebhooksJobsModule,
    AccessJobsModule,
    BusinessesJobsModule,
    CardsJobsModule,
    OffersJobsModule,
    InformationServiceJobsModule,
    BulletinsJobsModule,
    ApplicationsJobsModule,
    AutomaticMessagesJobsModule,
    ChainsJobsModule,
    VettingJobsModule,
    RecruitingJobsModule,
    ReferrersJobsModule,
    ReviewsJobsModule,
    ServiceFiguresJobsModule,
    TillJobsModule,
    MisuseJobsModule,
  ],
})
export class HandlersModule {}

/** Everything that works in the background. */
@Module({})
export class WorkerModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        SettingsModule.with(settings),
        KernelModule,
        DatabaseModule.connectedAs('carers-card worker'),
        JobsModule.for('works'),
        AuditModule,
        SchemeBrandModule,
        PagesModule,
        ScheduleModule.forRoot(),
        HandlersModule,
      ],
    };
  }
}
