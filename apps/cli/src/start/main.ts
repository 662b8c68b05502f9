import { currentEnvironment, SettingsInvalid } from '@carers/settings';
import { CannotStart } from './checks.js';
import { CommandFailed } from './command.js';
import { Launcher } from './launcher.js';
import { AlreadyRunning } from './lock.js';

const env = currentEnvironment();
const say = (sentence: string) => process.stdout.write(`${sentence}\n`);
const launcher = new Launcher(env, say);
let asked = false;

async function stop(): Promise<void> {
  if (asked) return;
  asked = true;
  say('Stopping');
  await launcher.stop();
  say('Stopped');
  process.exit(0);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
// Whoever read our output may be gone; that is no reason to leave PostgreSQL without a goodbye.
process.stdout.on('error', () => void stop());
process.stderr.on('error', () => undefined);

// Under npm, the terminal's process may be killed and leave us behind: an orphan stops by itself.
if (env.npm_lifecycle_event) {
  const parent = process.ppid;
  setInterval(() => (process.ppid === parent ? undefined : void stop()), 500).unref();
}

try {
  await launcher.start();
} catch (error) {
  if (!asked) {
    asked = true;
    process.stderr.write(`${explain(error)}\n`);
    await launcher.stop();
    process.exit(1);
  }
}

/** One sentence where the operator can do something about it; the whole trail where only we can. */
function explain(error: unknown): string {
  const expected = [AlreadyRunning, CannotStart, CommandFailed, SettingsInvalid].some((kind) => error instanceof kind);
  if (!(error instanceof Error)) return String(error);
  // What embedded PostgreSQL and the system say is a sentence as well; its cause is in the log.
  return expected || !/^(Type|Reference|Syntax|Range)Error$/.test(error.name)
    ? error.message
    : (error.stack ?? error.message);
}
