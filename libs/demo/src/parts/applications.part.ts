import { type Answers, Application } from '@carers/applications';
import { keyedHash, type Tx } from '@carers/database';
import { InformationService, purposes } from '@carers/information-service';
import { addDays, addYears, Clock, dateInLondon } from '@carers/kernel';
import { type Place, Places } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { type DemoApplication, readApplications } from '../data-files.js';
import { DemoAccounts } from '../demo-accounts.js';
import type { DemoPart } from '../demo-part.js';
import { DemoPast, insertAll } from '../demo-past.js';

const crockford = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'];
const adult = 18;

/** The registrar's morning: applications of the last days, some of people who are known already, some of children. */
@Injectable()
export class ApplicationsPart implements DemoPart {
  readonly name = 'applications';

  constructor(
    private readonly accounts: DemoAccounts,
    private readonly information: InformationService,
    private readonly places: Places,
    private readonly clock: Clock,
  ) {}

  async prepare() {
    const told = await readApplications();
    const places = await Promise.all(told.map(({ postcode }) => this.places.find(postcode)));
    const wording = this.information.wording('en-GB').version;
    return async (tx: Tx) => {
      const past = new DemoPast(this.clock.now(), 'applications');
      const staff = await this.accounts.staff(tx, 'registrar');
      const rows = told.map((each, index) => {
        const row = rowOf(past, each, places[index]!, wording);
        const { id, source, regionId, waitsFor, submittedAt } = row;
        const details = { source, regionId, waitsFor };
        past.note(submittedAt!, 'application.submitted', 'application', id, { kind: 'applicant', id }, { details });
        if (row.question) past.note(row.changedAt, 'application.more-asked', 'application', id, staff);
        return row;
      });
      await insertAll(tx, Application, rows);
      await past.writeEvents(tx);
      return `${rows.length} applications that wait`;
    };
  }
}

function rowOf(past: DemoPast, told: DemoApplication, place: Place, wording: string): Application {
  const at = past.daysAgo(told.daysAgo);
  const answers = answersOf(past, told, place, wording, at);
  const { email, mobile } = told.contact;
  return Object.assign(new Application(), {
    id: past.id(at),
    reference: Array.from({ length: 8 }, () => past.chance.pick(crockford)).join(''),
    state: told.question ? ('more_information' as const) : ('submitted' as const),
    source: told.source,
    referrerCode: told.referrerCode ?? null,
    locale: 'en-GB',
    answers,
    firstName: told.firstName,
    lastName: told.lastName,
    birthDateHash: keyedHash(answers.birthDate!, 'birth-date'),
    emailHash: email && keyedHash(email, 'email'),
    mobileHash: mobile && keyedHash(mobile, 'mobile'),
    postcodeHash: keyedHash(place.postcode, 'postcode'),
    regionId: place.regionId,
    waitsFor: told.waitsFor,
    dismissedMatches: [],
    question: told.question ?? null,
    reply: null,
    submittedAt: at,
    decidedAt: null,
    decidedBy: null,
    decisionReason: null,
    decisionWords: null,
    appealedAt: null,
    appealWords: null,
    appealDecidedAt: null,
    appealDecidedBy: null,
    cardholderId: null,
    cardId: null,
    idempotencyKeyHash: null,
    requestHash: null,
    createdAt: at,
    changedAt: told.question ? past.after(at, 2) : at,
    expiresAt: null,
  } satisfies Partial<Application>);
}

function answersOf(past: DemoPast, told: DemoApplication, place: Place, version: string, at: Date): Answers {
  const age = told.age ?? adult;
  const birthDate = told.birthDate ?? addDays(addYears(past.today, -age), -past.between(20, 300));
  const { email, mobile, channel } = told.contact;
  const asked = age < adult ? purposes.slice(0, 1) : purposes;
  const channels = [...(email ? (['email'] as const) : []), ...(mobile ? (['text'] as const) : []), 'post' as const];
  return {
    caring: told.caring,
    unpaid: true,
    lives: 'here',
    name: { first: told.firstName, last: told.lastName },
    birthDate,
    lookedAfter: told.lookedAfter,
    hoursOfCaring: told.hoursOfCaring ?? null,
    address: { lines: told.address, postcode: place.postcode, regionId: place.regionId, outside: null },
    contact: { channel, email, mobile },
    consents: Object.fromEntries(
      asked.map((purpose) => [
        purpose,
        {
          version,
          answers: channels.map((by) => ({ purpose, channel: by, given: told.consents.includes(`${purpose} ${by}`) })),
        },
      ]),
    ),
    ...(told.agreement && { agreement: told.agreement }),
    ...(told.source === 'paper' && {
      paper: {
        how: 'paper' as const,
        onSayOf: `${told.firstName} ${told.lastName}`,
        signedOn: addDays(dateInLondon(at), -3),
      },
    }),
  };
}
