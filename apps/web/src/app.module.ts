import { AuditModule } from '@carers/audit';
import { DatabaseModule, KernelModule } from '@carers/database';
import { JobsModule } from '@carers/jobs';
import { type Settings, SettingsModule } from '@carers/settings';
import { type DynamicModule, Module } from '@nestjs/common';

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
      ],
    };
  }
}
