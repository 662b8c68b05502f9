import { bundledScheme, Places, SchemeService } from '@carers/places';
import { Database } from '@carers/database';
import { Cards, type IssuedCard, type NewCardholder } from './cards.js';

interface Running {
  get<S>(service: abstract new (...args: never[]) => S): S;
}

/** For tests: the demo scheme in place, and a carer of Poole with a card. Facts given replace the invented ones. */
export function givenCards(running: Running) {
  return {
    async scheme(): Promise<void> {
      await running.get(SchemeService).loadScheme(await bundledScheme('dorset'));
    },
    async person(facts: Partial<NewCardholder> = {}): Promise<NewCardholder> {
      const { regionId } = await running.get(Places).find('BH15 1AB');
      return {
        firstName: 'Margaret',
        lastName: 'Holloway',
        birthDate: '1961-03-07',
        email: 'margaret@example.com',
        mobile: '+447700900123',
        contactChannel: 'email',
        address: '4 Quay Lane\nPoole',
        postcode: 'BH15 1AB',
        regionId,
        caringRoles: ['adult_carer'],
        ...facts,
      };
    },
    async card(facts: Partial<NewCardholder> = {}): Promise<IssuedCard> {
      const person = await this.person(facts);
      const actor = { kind: 'system', id: 'test' } as const;
      return running.get(Database).transaction((tx) => running.get(Cards).issue(tx, person, actor));
    },
  };
}
