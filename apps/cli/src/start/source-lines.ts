import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Where the build puts what it made: only that has maps worth reading. */
const built = new URL('../../../../', import.meta.url).href;

/** An error names few files, and the next error much the same: this many maps are kept. */
const mostKept = 20;

/** A line of a stack trace: what is before the place, the file, line and column (both from 1), and what is behind. */
const place = /^(.*?)(file:\/\/[^\s()]+):(\d+):(\d+)(\)?)$/;

const kept = new Map<string, SourceMap | null>();

/**
 * From now on the stack traces of this process name lines of the TypeScript sources. Node's own `--enable-source-maps`
 * reads every module's map when the module is loaded and keeps it: 20 MiB of a process that hardly ever fails. Here a map
 * is read when an error's stack is.
 */
export function nameSourceLines(): void {
  Error.prepareStackTrace = (error, sites: { toString(): string }[]) => {
    const lines = sites.map((site) => `\n    at ${inSource(site.toString())}`);
    return `${headOf(error)}${lines.join('')}`;
  };
}

/** One line of a stack trace, with the place in the source where there is one. */
export function inSource(line: string): string {
  const [, before = '', file = '', row, column, after = ''] = place.exec(line) ?? [];
  if (!file.startsWith(built)) return line;
  const found = mapOf(file)?.findEntry(Number(row) - 1, Number(column) - 1);
  if (!found || !('originalSource' in found)) return line;
  const source = fileURLToPath(new URL(found.originalSource, file));
  return `${before}${source}:${found.originalLine + 1}:${found.originalColumn + 1}${after}`;
}

function mapOf(file: string): SourceMap | null {
  let map = kept.get(file);
  if (map === undefined) {
    map = readMap(`${file}.map`);
    if (kept.size >= mostKept) kept.delete(kept.keys().next().value!);
    kept.set(file, map);
  }
  return map;
}

function readMap(address: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(fileURLToPath(address), 'utf8')) as SourceMapPayload);
  } catch {
    // A trace without lines of the source is better than none.
    return null;
  }
}

/** What V8 itself puts above a trace. An error may be anything that has a stack, and may refuse to be written. */
function headOf(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}
