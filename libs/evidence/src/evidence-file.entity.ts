import { SealedColumn } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RefusalReason } from './evidence.problems.js';
import type { TakenType } from './sniff.js';

/** `held` waits for the virus scanner; of `refused` and `erased` only this row is left. */
export type EvidenceState = 'ready' | 'held' | 'refused' | 'erased';

/** A file that somebody sent to show something. Its bytes lie in `evidence_content`. */
@Entity('evidence_file')
export class EvidenceFile {
  @PrimaryColumn('uuid') id: string;
  /** What it belongs to, as the lib above knows it. */
  @Column('text', { name: 'owner_kind' }) ownerKind: string;
  @Column('uuid', { name: 'owner_id' }) ownerId: string;
  /** As the sender called it: it may name a person. */
  @SealedColumn({ name: 'file_name', nullable: true }) name: string | null;
  @Column('text', { name: 'media_type' }) mediaType: TakenType;
  /** Bytes that are kept. */
  @Column('integer') size: number;
  /** Pages of a PDF. */
  @Column('integer', { nullable: true }) pages: number | null;
  /** SHA-256 of the bytes that are kept, in hex. */
  @Column('text', { nullable: true }) sha256: string | null;
  /** Keyed hash of the bytes that were sent: the same ones again for the same owner are this file. */
  @Column('text', { name: 'upload_hash', nullable: true }) uploadHash: string | null;
  @Column('text') state: EvidenceState;
  @Column('text', { name: 'refused_because', nullable: true }) refusedBecause: RefusalReason | null;
  /** Times that the scanner was asked in vain. */
  @Column('integer') tries: number;
  @Column('timestamptz', { name: 'kept_at' }) keptAt: Date;
  @Column('text', { name: 'kept_by' }) keptBy: string;
  /** The day on which what it was for came to its end: it is deleted some time after. */
  @Column('date', { name: 'ended_on', nullable: true }) endedOn: LocalDate | null;
  @Column('timestamptz', { name: 'erased_at', nullable: true }) erasedAt: Date | null;
  @Column('text', { name: 'erased_why', nullable: true }) erasedWhy: string | null;
}

/** The bytes of a file, sealed for its id: they cannot be put into another's place. */
@Entity('evidence_content')
export class EvidenceContent {
  @PrimaryColumn('uuid', { name: 'file_id' }) fileId: string;
  @Column('bytea') sealed: Buffer;
}
