import 'reflect-metadata';
import { readSettings, SettingsInvalid } from '@carers/settings';
import { createApp } from './create-app.js';
import { giveBackMemory } from './spare-memory.js';

try {
  const settings = readSettings();
  const app = await createApp(settings);
  app.enableShutdownHooks();
  await app.listen(settings.port, settings.host);
  // When what led here has let go of all that it held.
  setImmediate(giveBackMemory);
  // Started by the launcher: when it dies, however, so does this process.
  process.once('disconnect', () => void app.close().finally(() => process.exit()));
} catch (error) {
  process.stderr.write(`${whyNot(error)}\n`);
  process.exit(1);
}

function whyNot(error: unknown): string {
  if (error instanceof SettingsInvalid) return error.message;
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop what uses it, or set PORT to another.`;
  if (code === 'ECONNREFUSED')
    return 'The database cannot be reached: check that it runs and that DATABASE_URL is right.';
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
