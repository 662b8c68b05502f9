import type { Type } from '@nestjs/common';
import type { Command } from 'commander';

/** What a command may use of the running program. */
export interface CommandHelp {
  /** Starts the libs without HTTP, gives `work` a way to get services, and closes everything after. */
  inApp<T>(work: (get: <S>(service: Type<S> | (abstract new (...args: never[]) => S)) => S) => Promise<T>): Promise<T>;
  /** Prints a result: as one line of JSON with `--json`, else the words. Commands whose result is data always print JSON. */
  answer(json: unknown, words?: string): void;
  /** Tells how far a long command is, on standard error. */
  progress(sentence: string): void;
}

/** Adds its commands to the program. One file per group of commands, listed in `commands.ts`. */
export type AddCommands = (program: Command, help: CommandHelp) => void;

/** Something the operator can put right: one sentence on standard error, exit code 1. */
export class CommandRefused extends Error {
  override name = 'CommandRefused';
}
