import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The team that sends carers information in some regions. Public contact details, nothing of a person. */
@Entity('carers_service')
export class CarersService {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'scheme_id' }) schemeId: string;
  @Column('text') slug: string;
  @Column('text') name: string;
  @Column('text') email: string;
  @Column('text') phone: string;
  @Column('text') web: string;
  /** Lines of the postal address, the postcode last. */
  @Column('text', { array: true }) address: string[];
}
