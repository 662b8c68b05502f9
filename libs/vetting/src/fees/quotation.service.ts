import { Clock, type LocalDate } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import type { Programme } from '../programmes/programme.js';
import { type FeeFacts, feeFactsOf, quote, type Quote, type SetPrice } from './quotation.js';

/** Prices as this scheme charges them: with VAT where the seller is registered for it. */
@Injectable()
export class Quotation {
  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** @param set what staff set, where the list leaves it to them */
  quote(programme: Programme, facts: FeeFacts, on: LocalDate = this.clock.today(), set: SetPrice | null = null): Quote {
    return quote(programme, facts, on, set, this.settings.seller?.vatNumber != null);
  }

  /** What a case costs today. */
  forCase(programme: Programme, { facts, quoted }: Pick<VettingCase, 'facts' | 'quoted'>): Quote {
    return this.quote(programme, feeFactsOf(programme, facts), this.clock.today(), quoted);
  }
}
