import { AccessModule } from '@carers/access';
import { AuditModule } from '@carers/audit';
import { BulletinsModule } from '@carers/bulletins';
import { CardsModule } from '@carers/cards';
import { ChainsModule } from '@carers/chains';
import { DatabaseModule, KernelModule } from '@carers/database';
import { DemoModule } from '@carers/demo';
import { InformationServiceModule } from '@carers/information-service';
import { JobsModule } from '@carers/jobs';
import { MessagesModule } from '@carers/messages';
import { PagesModule } from '@carers/pages';
import { SchemeBrandModule } from '@carers/places';
import { ServiceFiguresModule } from '@carers/service-figures';
import { type Settings, SettingsModule } from '@carers/settings';
import { TillModule } from '@carers/till';
import { VettingModule } from '@carers/vetting';
import { type DynamicModule, Module } from '@nestjs/common';

/** The libs without HTTP and without handlers: what commands work with. */
@Module({})
export class CliModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: CliModule,
      imports: [
        SettingsModule.with(settings),
        KernelModule,
        DatabaseModule.connectedAs('carers-card cli'),
        JobsModule.for('asks'),
        AuditModule,
        SchemeBrandModule,
        PagesModule,
        MessagesModule,
        AccessModule,
        CardsModule,
        InformationServiceModule,
        BulletinsModule,
        TillModule,
        ChainsModule,
        VettingModule,
        ServiceFiguresModule,
        DemoModule,
      ],
    };
  }
}
