import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SettlementReport } from './report.js';

/** A settlement file that was read. */
@Entity('settlement_import')
export class SettlementImport {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  @Column('text', { name: 'file_name' }) fileName: string;
  /** Nothing was counted: somebody only wanted to see. */
  @Column('boolean', { name: 'dry_run' }) dryRun: boolean;
  @Column('timestamptz', { name: 'imported_at' }) importedAt: Date;
  @Column('jsonb') report: SettlementReport;
}
