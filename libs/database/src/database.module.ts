import { Settings } from '@carers/settings';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions } from './data-source.js';
import { Database } from './database.js';
import { Sealing, useSealing } from './sealing.js';

/** The database for a whole process. Each lib adds its entities with `TypeOrmModule.forFeature`. */
@Global()
@Module({})
export class DatabaseModule {
  /** @param applicationName how PostgreSQL's activity view names this process's connections */
  static connectedAs(applicationName: string): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [Settings],
          useFactory: (settings: Settings) => {
            useSealing(new Sealing(settings.dataEncryptionKeys));
            return dataSourceOptions(settings, applicationName);
          },
        }),
      ],
      providers: [Database],
      exports: [Database],
    };
  }
}
