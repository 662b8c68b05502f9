import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a key may be used for: checking cards, and recording or undoing uses of offers. */
export const tillScopes = ['validate', 'redeem'] as const;
export type TillScope = (typeof tillScopes)[number];

/** A staff PIN as the till checks it: PBKDF2 with SHA-256 of its digits in UTF-8. Salt and hash in base64url. */
export interface StaffPin {
  salt: string;
  hash: string;
  iterations: number;
}

/** A till of one branch: a shop's own system with a key, or a phone that was paired. */
@Entity('till')
export class Till {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'branch_id' }) branchId: string;
  @Column('text') name: string;
  @Column('text') kind: 'key' | 'phone';
  @Column('text', { array: true }) scopes: TillScope[];
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  /** When it last fetched the bundle with which it works offline. To the minute. */
  @Column('timestamptz', { name: 'last_sync_at', nullable: true }) lastSyncAt: Date | null;
  @Column('jsonb', { nullable: true }) pin: StaffPin | null;
  /** What the device says it is, as "Firefox · Android". */
  @Column('text', { nullable: true }) app: string | null;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt: Date | null;
}
