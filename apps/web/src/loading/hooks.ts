import { readFileSync } from 'node:fs';
import module from 'node:module';
import { leftOut } from './left-out.js';

const packages = new URL('../../../../../node_modules/', import.meta.url).href;

/**
 * Imported before everything else, this has Node load less. What packages have no use for here is left out, and text of
 * modules is handed over at once: Node itself reads it as bytes first, and what these leave behind in the C library's
 * memory stays there. Node before 22.15 cannot be told this, and loads all.
 */
(module as Partial<typeof module>).registerHooks?.({
  resolve(specifier, context, next) {
    const url = leftOut[packageOf(context.parentURL)]?.[specifier];
    if (url === undefined) return next(specifier, context);
    return { url, format: url.startsWith('node:') ? 'builtin' : 'module', shortCircuit: true };
  },
  load(url, context, next) {
    const { format } = context;
    if (!url.startsWith('file:') || (format !== 'commonjs' && format !== 'module')) return next(url, context);
    return { format, source: readFileSync(new URL(url), 'utf8'), shortCircuit: true };
  },
});

/**
 * Node's own client, 8 MiB of a web process that asks nobody, is loaded to give `node:http` these three of a browser's
 * names as soon as anybody imports that. The global ones remain, and load it when they are used.
 */
const http = process.getBuiltinModule?.('node:http') as object | undefined;
for (const name of ['WebSocket', 'CloseEvent', 'MessageEvent']) {
  if (http) Object.defineProperty(http, name, { value: undefined, enumerable: true, configurable: true });
}

/** The name of the package that a module belongs to: `@nestjs/core`. Empty for one of ours. */
function packageOf(url: string | undefined): string {
  if (!url?.startsWith(packages)) return '';
  const path = url.slice(packages.length).split('/');
  return path.slice(0, path[0]!.startsWith('@') ? 2 : 1).join('/');
}
