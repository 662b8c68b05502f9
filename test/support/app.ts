import 'reflect-metadata';
import { Clock, SetClock } from '@carers/kernel';
import { JobRunner } from '@carers/jobs';
import { Outbox, type OutboxMessage } from '@carers/messages';
import { createHttpAdapter, PagesOptions } from '@carers/pages';
import type { Settings } from '@carers/settings';
import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { ScheduleModule } from '@nestjs/schedule';
import supertest from 'supertest';
import { AppModule } from '../../apps/web/src/app.module.js';
import { configureApp } from '../../apps/web/src/create-app.js';
import { HandlersModule } from '../../apps/worker/src/worker.module.js';
import { testDatabase } from './database.js';
import { testSettings } from './settings.js';

export { testSettings };

/** The whole program in one process, on a database of its own, with a clock that only tests move. */
export interface TestApp {
  app: NestFastifyApplication;
  clock: SetClock;
  settings: Settings;
  /** Every route there is, as Fastify knows it: Nest's own, and those that plugins add. */
  routes: readonly Route[];
  /** A client that keeps its cookies, as one browser does. */
  browser(): ReturnType<typeof supertest.agent>;
  get<S>(service: Type<S> | (abstract new (...args: never[]) => S)): S;
  /** Does all background work that is due. */
  work(): Promise<number>;
  /** Does all background work that is due, then gives the messages it sent, newest first. */
  outbox(): Promise<OutboxMessage[]>;
  close(): Promise<void>;
}

/** One method of one address, with its parameters as `:name`. */
export interface Route {
  method: string;
  url: string;
}

/** Starts the program for a spec file. Call in `beforeAll`; `close()` in `afterAll`. */
export async function startTestApp(
  options: { at?: string; env?: Record<string, string>; databaseUrl?: string; modules?: Type<unknown>[] } = {},
): Promise<TestApp> {
  const settings = testSettings(options.databaseUrl ?? (await testDatabase()), options.env);
  const clock = new SetClock(options.at ?? '2026-11-21T10:00:00Z');
  const words = new PagesOptions();
  words.strictWords = true;
  const testing = await Test.createTestingModule({
    imports: [
      AppModule.with(settings),
      ScheduleModule.forRoot({ cronJobs: false, intervals: false, timeouts: false }),
      HandlersModule,
      ...(options.modules ?? []),
    ],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .overrideProvider(PagesOptions)
    .useValue(words)
    .compile();
  const app = testing.createNestApplication<NestFastifyApplication>(createHttpAdapter(settings), {
    rawBody: true,
    logger: ['fatal'],
  });
  const routes: Route[] = [];
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) routes.push({ method: each, url });
    });
  await configureApp(app, settings);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const get: TestApp['get'] = (service) => app.get(service as never, { strict: false });
  return {
    app,
    clock,
    settings,
    routes,
    browser: () => supertest.agent(app.getHttpServer()),
    get,
    work: () => get(JobRunner).drain(),
    async outbox() {
      await get(JobRunner).drain();
      return get(Outbox).newest();
    },
    close: () => app.close(),
  };
}
