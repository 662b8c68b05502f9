import type { AddCommands } from './command.js';
import { addBouncesCommand } from './commands/bounces.js';
import { addDemoCommand } from './commands/demo.js';
import { addImportCommands } from './commands/import.js';
import { addInformationServiceCommands } from './commands/information-service.js';
import { addSubscriberImport } from './commands/import-subscribers.js';
import { addKeysCommands } from './commands/keys.js';
import { addMigrateCommand } from './commands/migrate.js';
import { addProgrammeCommands } from './commands/programmes.js';
import { addServiceFiguresCommands } from './commands/service-figures.js';
import { addSettlementCommand } from './commands/settlement.js';
import { addStaffCommands } from './commands/staff.js';
import { addTillCommands } from './commands/till.js';

/** Every group of commands. */
export const commands: AddCommands[] = [
  addMigrateCommand,
  addDemoCommand,
  addBouncesCommand,
  addImportCommands,
  addSubscriberImport,
  addInformationServiceCommands,
  addKeysCommands,
  addProgrammeCommands,
  addServiceFiguresCommands,
  addSettlementCommand,
  addStaffCommands,
  addTillCommands,
];
