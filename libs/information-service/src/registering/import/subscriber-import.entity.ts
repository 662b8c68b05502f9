import { sealedText } from '@carers/database';
import type { FieldError } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Mapping } from './import-columns.js';

/** `dropped` also while a file is still being read: one that breaks off is never gone on with. */
export type ImportState = 'uploaded' | 'checking' | 'checked' | 'running' | 'done' | 'dropped';

/** Proof of consent for the whole list; null where there is none, and then nobody of it has agreed to anything. */
export interface ConsentProof {
  /** The words that people agreed to, as they read them. */
  wording: string;
  /** Where the proof is kept. */
  kept: string;
}

/** A list of people from elsewhere, on its way into a carers service's list. */
@Entity('subscriber_import')
export class SubscriberImport {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'carers_service_id' }) carersServiceId: string;
  @Column('text', { name: 'file_name' }) fileName: string;
  @Column('text') state: ImportState;
  @Column('jsonb') headings: string[];
  @Column('jsonb', { nullable: true }) mapping: Mapping | null;
  @Column('jsonb', { nullable: true }) consent: ConsentProof | null;
  @Column('integer', { name: 'row_count' }) rowCount: number;
  /** Account id, or the name of the command. */
  @Column('text', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'finished_at', nullable: true }) finishedAt: Date | null;
  /** When what stood in the file was deleted. */
  @Column('timestamptz', { name: 'erased_at', nullable: true }) erasedAt: Date | null;
}

/**
 * `ready`: a new person; `known`: beyond doubt somebody in the registry; `doubtful`: a person must say who it is; `bad`:
 * cannot go in; `repeated`: stands further up in the file; then `registered`, `already` (on the list before) or `skipped`.
 */
export const rowStates = [
  'unread',
  'ready',
  'known',
  'doubtful',
  'bad',
  'repeated',
  'skipped',
  'registered',
  'already',
] as const;
export type RowState = (typeof rowStates)[number];

/** Somebody in the registry who may be the person of a row. */
export interface LikelyPerson {
  cardholderId: string;
  firstName: string;
  lastName: string;
  /** Catalogue keys of what is alike, without their room. */
  alike: string[];
}

/** One row of the file. It moves with the registration that it causes, in one transaction. */
@Entity('subscriber_import_row')
export class SubscriberImportRow {
  @PrimaryColumn('uuid', { name: 'import_id' }) importId: string;
  /** Line of the file on which it begins. */
  @PrimaryColumn('integer') line: number;
  @Column('text') state: RowState;
  /** Its cells as JSON, sealed; null once they are deleted. */
  @Column('text', { nullable: true, transformer: sealedText('import-cells') }) cells: string | null;
  /** What is wrong with it, or what was left out: catalogue keys. */
  @Column('jsonb') problems: FieldError[];
  @Column('jsonb') likely: LikelyPerson[];
  /** The person of the registry that this row is; null for a new one. */
  @Column('uuid', { name: 'same_as', nullable: true }) sameAs: string | null;
  @Column('uuid', { name: 'subscriber_id', nullable: true }) subscriberId: string | null;
}
