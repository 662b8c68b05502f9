import { readFileSync } from 'node:fs';
import module from 'node:module';
import { copiesIn, packages } from './copies.js';
import { leftOut } from './left-out.js';

const copies = copiesIn(new URL('../../../../packages/', import.meta.url));

/**
 * Imported before everything else, this has Node load less of the packages, and those with the longest comments without
 * them. Text is handed over at once: Node itself reads it as bytes first, and what these leave behind in the C library's
 * memory stays there. Node before 22.15 cannot be told any of this, and loads all.
 */
(module as Partial<typeof module>).registerHooks?.({
  resolve(specifier, context, next) {
    const url = leftOut[packageOf(context.parentURL)]?.[specifier];
    if (url === undefined) return next(specifier, context);
    return { url, format: url.startsWith('node:') ? 'builtin' : 'module', shortCircuit: true };
  },
  load(url, context, next) {
    const copy = copies.get(url);
    const format = copy && !context.format ? 'commonjs' : context.format;
    if (!url.startsWith('file:') || (format !== 'commonjs' && format !== 'module')) return next(url, context);
    return { format, source: readFileSync(copy ?? new URL(url), 'utf8'), shortCircuit: true };
  },
});

/** The name of the package that a module belongs to: `@nestjs/core`. Empty for one of ours. */
function packageOf(url: string | undefined): string {
  if (!url?.startsWith(packages.href)) return '';
  const path = url.slice(packages.href.length).split('/');
  return path.slice(0, path[0]!.startsWith('@') ? 2 : 1).join('/');
}
