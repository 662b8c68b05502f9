import type { AddCommands } from './command.js';
import { addKeysCommands } from './commands/keys.js';
import { addMigrateCommand } from './commands/migrate.js';
import { addStaffCommands } from './commands/staff.js';

/** Every group of commands. */
export const commands: AddCommands[] = [addMigrateCommand, addKeysCommands, addStaffCommands];
