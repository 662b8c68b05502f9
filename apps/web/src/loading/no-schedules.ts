/**
 * In the place of what reads a schedule's times: a web process declares some, in files that it shares with the worker,
 * and keeps none. `pg-boss` is told so by `schedule: false`, and Nest's scheduler is not among web's modules.
 */
export const CronExpressionParser = undefined;
export const CronJob = undefined;
export const RRuleTemporal = undefined;
