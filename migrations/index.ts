import type { MigrationClass } from '@carers/database';
import { Foundation1763770000000 } from './202611220000-foundation.js';

/** Every migration, oldest first. A landed one is never edited; add another. */
export const migrations: MigrationClass[] = [Foundation1763770000000];
