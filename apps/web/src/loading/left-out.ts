const here = (file: string) => new URL(file, import.meta.url).href;

const nothing = here('./nothing.js');
const noSchedules = here('./no-schedules.js');

/**
 * What packages import and a web process has no use for: the package, what it imports, and what it is given instead. Where
 * it wants more than that has, a start fails at once and says what is missing.
 */
export const leftOut: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Node's own streams, as they were years ago.
  '@fastify/compress': { 'readable-stream': 'node:stream' },
  // Only for folders that are to be listed at the start: ours are looked into when somebody asks.
  '@fastify/static': { glob: nothing },
  '@nestjs/schedule': { cron: noSchedules },
  // YAML is for pages of its own, which we do not serve.
  '@nestjs/swagger': { 'es-toolkit/compat': here('./es-toolkit.js'), 'js-yaml': nothing },
  'pg-boss': { 'cron-parser': noSchedules, 'rrule-temporal': noSchedules },
  // Messages in fifty languages. English ones, from which ours are told apart, are loaded by themselves.
  zod: { '../locales/index.js': nothing },
};
