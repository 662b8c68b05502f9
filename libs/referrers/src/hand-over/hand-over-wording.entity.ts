import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The words in which a carer's agreement was asked for, as the form showed them. Never changed. */
@Entity('hand_over_wording')
export class HandOverWording {
  /** Catalogue version, language, and a fingerprint of the words: other words are another version. */
  @PrimaryColumn('text') version: string;
  @Column('text') locale: string;
  /** Catalogue path → sentence. */
  @Column('jsonb') words: Record<string, string>;
  @Column('timestamptz', { name: 'first_used_at' }) firstUsedAt: Date;
}
