import { AuditModule } from '@carers/audit';
import { PlacesModule } from '@carers/places';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EvidenceEvents } from './evidence-events.js';
import { EvidenceContent, EvidenceFile } from './evidence-file.entity.js';
import { EvidenceFiles } from './evidence-files.js';
import { EvidenceSchedule, ForgetEvidence, ScanHeldFile } from './evidence.jobs.js';
import { Scanner } from './scanner.js';

export const evidenceEntities = [EvidenceFile, EvidenceContent];

const services = [EvidenceEvents, EvidenceFiles];

/** Files as evidence, for other libs: it has no pages of its own. */
@Module({
  imports: [AuditModule, TypeOrmModule.forFeature(evidenceEntities)],
  providers: [...services, Scanner],
  exports: services,
})
export class EvidenceModule {}

/** Scanning what was held, and deleting by rule, for the worker. */
@Module({ imports: [EvidenceModule, PlacesModule], providers: [ScanHeldFile, EvidenceSchedule, ForgetEvidence] })
export class EvidenceJobsModule {}
