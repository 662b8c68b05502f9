export { download } from './download.js';
export { type EvidenceEvent, EvidenceEvents } from './evidence-events.js';
export { EvidenceFile, type EvidenceState } from './evidence-file.entity.js';
export { type CheckedFile, EvidenceFiles, type EvidenceOwner, type NewEvidence } from './evidence-files.js';
export { evidenceEntities, EvidenceJobsModule, EvidenceModule } from './evidence.module.js';
export {
  EvidenceHeld,
  EvidenceNotFound,
  fileErrors,
  FileRefused,
  type RefusalReason,
  TooManyFilesNow,
} from './evidence.problems.js';
export { MOST_FILE_BYTES } from './examined.js';
export type { TakenType } from './sniff.js';
