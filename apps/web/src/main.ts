import './loading/hooks.js';
import './loading/only-postgres.js';

/** `serve.ts` with all of ours that it imports, in few files: the build's (`apps/cli/bundle.mjs`). */
const serve = new URL('../../../web/serve.js', import.meta.url).href;

// Not imported like the former: all that is imported so is read before any of it runs.
await import(serve);
