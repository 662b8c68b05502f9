import { sealedText } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type VisitAnswer = 'yes' | 'no' | 'not_seen';

/** What an officer found, by key of the programme's list, with words where there was something to say. */
export type VisitFindings = Readonly<Record<string, { found: VisitAnswer; words: string | null }>>;

const findingsAtRest = sealedText('findings');

/** A visit to the business. */
@Entity('site_visit')
export class SiteVisit {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'case_id' }) caseId: string;
  @Column('date', { name: 'visited_on' }) visitedOn: LocalDate;
  @Column('uuid', { name: 'visited_by' }) visitedBy: string;
  @Column('text', {
    name: 'findings',
    transformer: {
      to: (findings: VisitFindings | undefined) => findings && (findingsAtRest.to(JSON.stringify(findings)) as string),
      from: (value: string) => JSON.parse(findingsAtRest.from(value) as string) as VisitFindings,
    },
  })
  findings: VisitFindings;
  @Column('timestamptz', { name: 'changed_at' }) changedAt: Date;
}
