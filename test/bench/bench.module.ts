import { AuditModule } from '@carers/audit';
import { CardsModule } from '@carers/cards';
import { DatabaseModule, KernelModule } from '@carers/database';
import { DemoModule } from '@carers/demo';
import { JobsModule } from '@carers/jobs';
import { MessagesModule } from '@carers/messages';
import { PagesModule } from '@carers/pages';
import { SchemeBrandModule } from '@carers/places';
import { type Settings, SettingsModule } from '@carers/settings';
import { TillModule } from '@carers/till';
import { type DynamicModule, Module } from '@nestjs/common';

/** The libs that make the data of a bench. */
@Module({})
export class BenchModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: BenchModule,
      imports: [
        SettingsModule.with(settings),
        KernelModule,
        DatabaseModule.connectedAs('carers-card bench'),
        JobsModule.for('asks'),
        AuditModule,
        SchemeBrandModule,
        PagesModule,
        MessagesModule,
        CardsModule,
        TillModule,
        DemoModule,
      ],
    };
  }
}
