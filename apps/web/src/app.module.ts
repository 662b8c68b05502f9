import { AccessWebModule } from '@carers/access';
import { ApplicationsWebModule } from '@carers/applications';
import { AuditModule } from '@carers/audit';
import { AutomaticMessagesWebModule } from '@carers/automatic-messages';
import { BulletinsWebModule } from '@carers/bulletins';
import { BusinessesWebModule } from '@carers/businesses';
import { CardsWebModule } from '@carers/cards';
import { ChainsWebModule } from '@carers/chains';
import { DatabaseModule, KernelModule } from '@carers/database';
import { EvidenceModule } from '@carers/evidence';
import { InformationServiceWebModule } from '@carers/information-service';
import { JobsModule } from '@carers/jobs';
import { MessagesWebModule } from '@carers/messages';
import { JoinWebModule, OffersWebModule } from '@carers/offers';
import { PagesWebModule } from '@carers/pages';
import { PaymentsWebModule } from '@carers/payments';
import { SchemeBrandModule } from '@carers/places';
import { RecruitingWebModule } from '@carers/recruiting';
import { ReferrersWebModule } from '@carers/referrers';
import { ReviewsWebModule } from '@carers/reviews';
import { ServiceFiguresWebModule } from '@carers/service-figures';
import { type Settings, SettingsModule } from '@carers/settings';
import { TillWebModule } from '@carers/till';
import { VettingWebModule } from '@carers/vetting';
import { type DynamicModule, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health/health.controller.js';
import { OpenApiController } from './openapi.js';

/** Everything that answers HTTP. */
@Module({})
export class AppModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SettingsModule.with(settings),
        KernelModule,
        DatabaseModule.connectedAs('carers-card web'),
        JobsModule.for('asks'),
        AuditModule,
        SchemeBrandModule,
        PagesWebModule,
        MessagesWebModule,
        AccessWebModule,
        CardsWebModule,
        BusinessesWebModule,
        ApplicationsWebModule,
        JoinWebModule,
        OffersWebModule,
        InformationServiceWebModule,
        BulletinsWebModule,
        PaymentsWebModule,
        EvidenceModule,
        VettingWebModule,
        RecruitingWebModule,
        ReferrersWebModule,
        ServiceFiguresWebModule,
        AutomaticMessagesWebModule,
        ReviewsWebModule,
        TillWebModule,
        ChainsWebModule,
        TerminusModule.forRoot({ logger: false }),
      ],
      controllers: [HealthController, OpenApiController],
    };
  }
}
