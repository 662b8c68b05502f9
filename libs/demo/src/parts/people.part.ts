import { Accounts, SecondFactor } from '@carers/access';
import type { Tx } from '@carers/database';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { readPeople } from '../data-files.js';
import { demoActor } from '../demo-marks.js';
import type { DemoPart } from '../demo-part.js';

/** Staff of every role, with the authenticator app that `/dev/totp` shows. */
@Injectable()
export class PeoplePart implements DemoPart {
  readonly name = 'people';

  constructor(
    private readonly accounts: Accounts,
    private readonly secondFactor: SecondFactor,
    private readonly schemes: SchemeService,
  ) {}

  async prepare() {
    const { staff } = await readPeople();
    const { carersServices } = await this.schemes.current();
    return async (tx: Tx) => {
      for (const { role, name, email, carersService } of staff) {
        const accountId = await this.accounts.ensure(tx, { email, name }, demoActor);
        const service = carersServices.find(({ slug }) => slug === carersService);
        if (carersService && !service) throw new Error(`The demo's scheme has no carers service "${carersService}".`);
        const scope = service ? ({ kind: 'carers_service', id: service.id } as const) : null;
        await this.accounts.grant(tx, accountId, role, scope, demoActor);
        await this.secondFactor.useDemoSecret(tx, accountId);
      }
      return `${staff.length} people who work for the scheme`;
    };
  }
}
