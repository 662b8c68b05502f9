import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { HandOverClosed } from '../referrers.problems.js';
import type { CallOutcome } from './hand-over-call.entity.js';

/** `new → called → registered / declined / not_reached`; `lapsed` when it was not taken up in time. */
export const handOverStates = ['new', 'called', 'registered', 'declined', 'not_reached', 'lapsed'] as const;
export type HandOverState = (typeof handOverStates)[number];
export type HandOverEnd = Exclude<HandOverState, 'new' | 'called'>;

export const agreementWays = ['spoken', 'written'] as const;
export const bestTimes = ['any', 'morning', 'afternoon', 'evening'] as const;

/** What goes when a hand-over is forgotten: everything about people. */
const forgotten = {
  firstName: null,
  lastName: null,
  phone: null,
  phoneHash: null,
  email: null,
  postcode: null,
  bestTime: null,
  noteBy: null,
  reasons: [] as string[],
  givenBy: null,
  givenAs: null,
};

/**
 * A carer whom a professional handed over, with the carer's agreement, for the carers service to call. Nothing is kept of
 * the person looked after. Its id is that of the form: sent twice, it is one.
 */
@Entity('hand_over')
export class HandOver {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'referrer_id' }) referrerId: string;
  @Column('uuid', { name: 'carers_service_id' }) carersServiceId: string;
  @Column('timestamptz', { name: 'received_at' }) receivedAt: Date;
  @Column('text') state: HandOverState;
  /** Calls that nobody answered. */
  @Column('integer') attempts: number;
  @Column('timestamptz', { name: 'closed_at', nullable: true }) closedAt: Date | null;
  /** Account id, or the name of the rule that closed it. */
  @Column('text', { name: 'closed_by', nullable: true }) closedBy: string | null;
  @Column('text') locale: string;
  /** The words that the professional confirmed. */
  @Column('text', { name: 'wording_version' }) wordingVersion: string;
  @Column('text', { name: 'agreed_how' }) agreedHow: (typeof agreementWays)[number];
  @SealedColumn({ name: 'first_name', nullable: true }) firstName: string | null;
  @SealedColumn({ name: 'last_name', nullable: true }) lastName: string | null;
  @SealedColumn({ name: 'phone', nullable: true }) phone: string | null;
  @Column('text', { name: 'phone_hash', nullable: true }) phoneHash: string | null;
  @SealedColumn({ name: 'email', nullable: true }) email: string | null;
  @SealedColumn({ name: 'postcode', nullable: true }) postcode: string | null;
  @Column('text', { name: 'best_time', nullable: true }) bestTime: (typeof bestTimes)[number] | null;
  /** By what the carer agreed to be told that their details are here; null for no note. */
  @Column('text', { name: 'note_by', nullable: true }) noteBy: 'text' | 'email' | null;
  @Column('text', { array: true }) reasons: string[];
  /** The professional to whom the carer said yes, and what they are. */
  @SealedColumn({ name: 'given_by', nullable: true }) givenBy: string | null;
  @SealedColumn({ name: 'given_as', nullable: true }) givenAs: string | null;
  @Column('timestamptz', { name: 'forgotten_at', nullable: true }) forgottenAt: Date | null;

  get open(): boolean {
    return this.closedAt === null;
  }

  /**
   * A call that ended nothing. One that nobody answered counts, and the last of those ends it.
   * @param most calls without an answer before it counts as not reached
   * @throws HandOverClosed
   */
  called(outcome: CallOutcome, most: number, by: string, at: Date): void {
    if (!this.open) throw new HandOverClosed();
    this.state = 'called';
    if (outcome === 'call_later') return;
    this.attempts += 1;
    // Whoever missed our calls may ring back: the details stay until the rule takes them.
    if (this.attempts >= most) this.end('not_reached', by, at);
  }

  /**
   * Its end. Who is on the list now, and who said no, need not stay here any longer.
   * @throws HandOverClosed unless it is open, or nobody was reached and they rang back in time
   */
  close(as: HandOverEnd, by: string, at: Date): void {
    if (this.forgottenAt || (!this.open && this.state !== 'not_reached')) throw new HandOverClosed();
    this.end(as, by, at);
    if (as !== 'not_reached') this.forget(at);
  }

  /** Its end without anybody's doing: what stood in it goes. One that had ended keeps its end. */
  lapse(by: string, at: Date): void {
    if (this.open) this.end('lapsed', by, at);
    this.forget(at);
  }

  /** Takes everything about people out of it. The count stays. */
  forget(at: Date): void {
    Object.assign(this, forgotten, { forgottenAt: at });
  }

  private end(as: HandOverEnd, by: string, at: Date): void {
    this.state = as;
    this.closedAt = at;
    this.closedBy = by;
  }
}
