import { nameSourceLines } from './source-lines.js';

/**
 * Loaded first into each process that the launcher starts. Each ends in good order when the channel to the launcher
 * closes; this is for one that is not up yet, or hangs, when the launcher is killed.
 */
process.once('disconnect', () => setTimeout(() => process.exit(1), 15_000).unref());

nameSourceLines();
