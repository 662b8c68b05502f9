import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DocumentKind } from '../documents/payment-document.entity.js';

/** The last number that was given to a kind of document in a year. */
@Entity('document_counter')
export class DocumentCounter {
  @PrimaryColumn('text') kind: DocumentKind;
  @PrimaryColumn('integer') year: number;
  @Column('integer') last: number;
}
