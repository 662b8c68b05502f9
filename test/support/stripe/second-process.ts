import 'reflect-metadata';
import { JobRunner } from '@carers/jobs';
import { startTestApp } from '../app.js';

/**
 * The program, web and worker, as a process of its own on a test's database and stand-in: prints its address, ends with
 * whoever started it. Arguments: the database, and the settings as JSON.
 */
const program = await startTestApp({
  databaseUrl: process.argv[2],
  env: JSON.parse(process.argv[3] ?? '{}') as Record<string, string>,
  at: new Date().toISOString(),
});
await program.app.listen(0, '127.0.0.1');
await program.get(JobRunner).start();
process.once('disconnect', () => void program.close().finally(() => process.exit()));
process.send?.(await program.app.getUrl());
