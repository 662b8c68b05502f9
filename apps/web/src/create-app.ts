import { configureAccess } from '@carers/access';
import { withOrigin } from '@carers/audit';
import { isOutage } from '@carers/database';
import { configureHttp, createHttpAdapter, PagesOptions } from '@carers/pages';
import { createLogger, NestLog, type Settings } from '@carers/settings';
import { openTillLane } from '@carers/till';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { AppModule } from './app.module.js';
import { describeApi } from './openapi.js';

/** The web application, ready to listen. Tests and benches use the same. */
export async function createApp(settings: Settings): Promise<NestFastifyApplication> {
  const logger = createLogger(settings, 'web');
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(settings),
    createHttpAdapter(settings, { loggerInstance: logger } as object),
    { logger: new NestLog(logger), rawBody: true, abortOnError: false, forceCloseConnections: true },
  );
  await configureApp(app, settings);
  return app;
}

/**
 * What every door needs, in the order it is passed: origin of the request, then pages, then the API's description. The
 * till's lane passes them by.
 */
export async function configureApp(app: NestFastifyApplication, settings: Settings): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRequest', (request, _reply, done) => {
    withOrigin({ requestId: request.id, address: request.ip }, done);
  });
  app.get(PagesOptions).isOutage = isOutage;
  await configureHttp(app, settings);
  await configureAccess(app, settings);
  openTillLane(app, settings);
  describeApi(app, settings);
}
