import { CaseAccess } from './case-access.js';
import { CaseFileReader } from './case-file.js';
import { Decisions } from './decisions.js';
import { EvidenceClock } from './evidence-clock.js';
import { Letters } from './letters.js';
import { RefusedFiles } from './refused-files.js';
import { RegisterLook } from './register-look.entity.js';
import { RegisterLooks } from './register-looks.js';
import { StaffCasesPages } from './staff-cases.pages.js';
import { StaffChecksPages } from './staff-checks.pages.js';
import { StaffEntriesPages } from './staff-entries.pages.js';
import { StaffLettersPages } from './staff-letters.pages.js';
import { StaffMovesPages } from './staff-moves.pages.js';
import { StaffPricePages } from './staff-price.pages.js';
import { StaffQueuePages } from './staff-queue.pages.js';
import { StaffReferencesPages } from './staff-references.pages.js';
import { StaffVisitsPages } from './staff-visits.pages.js';
import { VettingLetter } from './vetting-letter.entity.js';

export const officersEntities = [VettingLetter, RegisterLook];

/** What officers do. */
export const officersServices = [
  CaseAccess,
  CaseFileReader,
  Decisions,
  EvidenceClock,
  Letters,
  RefusedFiles,
  RegisterLooks,
];

/** The officers' pages. The queue stands before the case, whose address would take it for one. */
export const officersPages = [
  StaffQueuePages,
  StaffCasesPages,
  StaffChecksPages,
  StaffMovesPages,
  StaffPricePages,
  StaffEntriesPages,
  StaffReferencesPages,
  StaffVisitsPages,
  StaffLettersPages,
];
