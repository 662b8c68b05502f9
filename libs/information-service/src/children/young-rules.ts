import { ageOn, Clock, type LocalDate } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';

/** What somebody's age means for what they may agree to. */
export interface YoungRules {
  /** A parent or sponsor decides (UK GDPR Article 8; the age is the scheme's). */
  adultDecides: boolean;
  /** Businesses may not advertise to them. */
  noOffers: boolean;
}

/** Reads the ages from the scheme's policy of today. Of whom no date of birth is known is taken for grown up. */
@Injectable()
export class Ages {
  constructor(
    private readonly schemes: SchemeService,
    private readonly clock: Clock,
  ) {}

  async rulesFor(birthDate: LocalDate | null): Promise<YoungRules> {
    const today = this.clock.today();
    const { eligibility, marketing } = await this.schemes.policyOn(today);
    const age = birthDate === null ? 999 : ageOn(birthDate, today);
    return { adultDecides: age < eligibility.agreementUnder, noOffers: age < marketing.offersFrom };
  }
}
