// The first thing a worker of the tests does: from here on it reads TypeScript, and knows Jest's words.
import './typescript.mjs';
import { registerHooks } from 'node:module';
import 'reflect-metadata';

process.setSourceMapsEnabled(true);

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals'
      ? { url: new URL('globals.mjs', import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});
