// Lets plain Node run our TypeScript where it lies: `node --import ./test/support/typescript.mjs some.ts`.
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';
import { swcOptions } from './swc-options.mjs';

const root = new URL('../../', import.meta.url);

/** Whether an address is one of TypeScript, with or without a query that makes it another module. */
const isOurs = (url) => /^file:.*\.ts(?:\?|$)/.test(url ?? '');

registerHooks({
  resolve(specifier, context, next) {
    const lib = /^@carers\/([a-z-]+)$/.exec(specifier)?.[1];
    if (lib) return { url: new URL(`libs/${lib}/src/index.ts`, root).href, shortCircuit: true };
    if (/^\.{1,2}\/.*\.js$/.test(specifier) && isOurs(context.parentURL)) {
      const file = fileURLToPath(new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL));
      if (existsSync(file)) return { url: pathToFileURL(file).href, shortCircuit: true };
    }
    return next(specifier, context);
  },
  load(url, context, next) {
    if (!isOurs(url) || url.includes('/node_modules/')) return next(url, context);
    const filename = fileURLToPath(url.split('?')[0]);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...swcOptions, filename });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
