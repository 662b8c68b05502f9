import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The words of a consent as people read them. Kept for as long as a consent event points at them; never changed. */
@Entity('consent_wording')
export class ConsentWording {
  /** Catalogue version, language, and a fingerprint of the words: other words are another version. */
  @PrimaryColumn('text') version: string;
  @Column('text') locale: string;
  /** Catalogue path → sentence. */
  @Column('jsonb') words: Record<string, string>;
  @Column('timestamptz', { name: 'first_used_at' }) firstUsedAt: Date;
}
