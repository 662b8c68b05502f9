import 'reflect-metadata';
import { createApp } from '../../apps/web/src/create-app.js';
import { testSettings } from './settings.js';

/** The program as a process of its own on a test's database: prints its address, ends with whoever started it. */
const app = await createApp(testSettings(process.argv[2] ?? ''));
await app.listen(0, '127.0.0.1');
process.once('disconnect', () => void app.close().finally(() => process.exit()));
process.send?.(await app.getUrl());
