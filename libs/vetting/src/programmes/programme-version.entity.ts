import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProgrammeDocument } from './programme-schema.js';

/** One version of a programme. Rows are only added: a running case is held to the words and rules it began with. */
@Entity('programme_version')
export class ProgrammeVersion {
  @PrimaryColumn('uuid') id: string;
  @Column('text') slug: string;
  @Column('text') version: string;
  @Column('date', { name: 'in_force_from' }) inForceFrom: LocalDate;
  @Column('jsonb') document: ProgrammeDocument;
  /** Of the document as canonical JSON, in hex. */
  @Column('text') sha256: string;
  @Column('timestamptz', { name: 'imported_at' }) importedAt: Date;
}
