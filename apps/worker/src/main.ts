import 'reflect-metadata';
import { JobRunner } from '@carers/jobs';
import { createLogger, NestLog, readSettings, SettingsInvalid } from '@carers/settings';
import { NestFactory } from '@nestjs/core';
import { WorkerModule } from './worker.module.js';

try {
  const settings = readSettings();
  const logger = new NestLog(createLogger(settings, 'worker'));
  const app = await NestFactory.createApplicationContext(WorkerModule.with(settings), { logger, abortOnError: false });
  app.enableShutdownHooks();
  await app.get(JobRunner).start();
  // Started by the launcher: says when it works, and ends when the launcher does, however.
  process.send?.('ready');
  process.once('disconnect', () => void app.close().finally(() => process.exit()));
} catch (error) {
  const known = error instanceof SettingsInvalid;
  process.stderr.write(
    `${known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
}
