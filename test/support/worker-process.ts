import 'reflect-metadata';
import { JobRunner } from '@carers/jobs';
import { NestFactory } from '@nestjs/core';
import { WorkerModule } from '../../apps/worker/src/worker.module.js';
import { testSettings } from './settings.js';

/** The worker as a process of its own on a test's database: it may be killed. Ends with whoever started it. */
const [databaseUrl = '', env = '{}'] = process.argv.slice(2);
const settings = testSettings(databaseUrl, JSON.parse(env) as Record<string, string>);
const app = await NestFactory.createApplicationContext(WorkerModule.with(settings), { logger: ['fatal'] });
await app.get(JobRunner).start();
process.once('disconnect', () => process.exit());
process.send?.('ready');
