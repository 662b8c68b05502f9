import { Clock } from '@carers/kernel';
import { Places, SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { RowRules } from './import-rows.js';
import type { SubscriberImport } from './subscriber-import.entity.js';

/** What the rows of a list are read by. */
@Injectable()
export class ImportContext {
  constructor(
    private readonly places: Places,
    private readonly schemes: SchemeService,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  async rulesOf({ carersServiceId, mapping, consent }: SubscriberImport): Promise<RowRules> {
    const today = this.clock.today();
    const [atlas, policy, { regions }] = await Promise.all([
      this.places.atlas(),
      this.schemes.policyOn(today),
      this.schemes.current(),
    ]);
    const own = regions.filter((region) => region.carersServiceId === carersServiceId);
    return {
      atlas,
      policy,
      today,
      locale: this.settings.defaultLocale,
      mapping: mapping ?? {},
      consent,
      regionIds: new Set(own.map(({ id }) => id)),
    };
  }
}
