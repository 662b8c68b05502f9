import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../main.js', import.meta.url));

/** A command that did not succeed. Why, it has said already. */
export class CommandFailed extends Error {
  override name = 'CommandFailed';
}

/**
 * Runs one of the operator's commands and gives its JSON. What it says on the way goes to `say`.
 *
 * @param signal ends it
 * @throws CommandFailed
 */
export async function runCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  say: (sentence: string) => void,
  signal: AbortSignal,
): Promise<unknown> {
  const child = spawn(process.execPath, ['--enable-source-maps', cli, ...args, '--json'], {
    env,
    signal,
    stdio: ['ignore', 'pipe', 'pipe'],
    // The child's own session keeps Ctrl-C in a terminal from tearing it down before we say so.
    detached: true,
  });
  let out = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => {
    for (const line of data.toString().split('\n')) if (line.trim()) say(line.trim());
  });
  const code = await new Promise<number | null>((ended, failed) => {
    child.once('error', failed);
    child.once('close', ended);
  });
  if (code !== 0) throw new CommandFailed(`The command "${args.join(' ')}" failed (code ${code}).`);
  const last = out.trim().split('\n').pop() ?? '';
  return last ? (JSON.parse(last) as unknown) : undefined;
}
