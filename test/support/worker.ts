import 'reflect-metadata';
import { AuditModule } from '@carers/audit';
import { DatabaseModule, KernelModule } from '@carers/database';
import { JobRunner, JobsModule } from '@carers/jobs';
import { Clock, SetClock } from '@carers/kernel';
import { PagesModule } from '@carers/pages';
import { SchemeBrandModule } from '@carers/places';
import { createLogger, NestLog, type Settings, SettingsModule } from '@carers/settings';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { HandlersModule } from '../../apps/worker/src/worker.module.js';
import { testDatabase } from './database.js';
import { testSettings } from './settings.js';

/** The worker in this process, on a database of its own, with a clock that only tests move and no schedule. */
export interface TestWorker {
  app: INestApplicationContext;
  clock: SetClock;
  settings: Settings;
  get<S>(service: Type<S> | (abstract new (...args: never[]) => S)): S;
  /** Does all background work that is due. */
  work(): Promise<number>;
  close(): Promise<void>;
}

/** Starts it for a spec file that needs no page. */
export async function startTestWorker(
  options: { at?: string; env?: Record<string, string>; databaseUrl?: string } = {},
): Promise<TestWorker> {
  const settings = testSettings(options.databaseUrl ?? (await testDatabase()), options.env);
  const clock = new SetClock(options.at ?? '2026-11-21T10:00:00Z');
  const testing = await Test.createTestingModule({
    imports: [
      SettingsModule.with(settings),
      KernelModule,
      DatabaseModule.connectedAs('carers-card worker'),
      JobsModule.for('asks'),
      AuditModule,
      SchemeBrandModule,
      PagesModule,
      ScheduleModule.forRoot({ cronJobs: false, intervals: false, timeouts: false }),
      HandlersModule,
    ],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .setLogger(new NestLog(createLogger(settings, 'test')))
    .compile();
  const app = await testing.init();
  const get: TestWorker['get'] = (service) => app.get(service as never, { strict: false });
  return { app, clock, settings, get, work: () => get(JobRunner).drain(), close: () => app.close() };
}
