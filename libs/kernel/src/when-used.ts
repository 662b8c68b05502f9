import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/**
 * A package that is loaded when it is first called for, and kept. What is imported at the top of a file is loaded by
 * every process that could ever need it, and stays; this is for packages of megabytes that a process may run for days
 * without. Where a function is asynchronous anyway, `await import()` does the same.
 *
 * @param name as it would be imported; its types are named beside it: `whenUsed<typeof import('x')>('x')`
 */
export function whenUsed<Package>(name: string): () => Package {
  let loaded: Package | undefined;
  return () => (loaded ??= load(name) as Package);
}
