import type { AddCommands } from './command.js';
import { addMigrateCommand } from './commands/migrate.js';

/** Every group of commands. */
export const commands: AddCommands[] = [addMigrateCommand];
