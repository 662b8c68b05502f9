import { For, StaffSections, Who } from '@carers/access';
import { type FieldError, Ids, isUuid, optionalLine } from '@carers/kernel';
import {
  choice,
  page,
  type PageModel,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
  ticked,
} from '@carers/pages';
import { Body, Controller, Get, type OnModuleInit, Post } from '@nestjs/common';
import { z } from 'zod';
import { capacities } from '../children/consent-decider.entity.js';
import type { Decider } from '../consents.js';
import { InformationService } from '../information-service.js';
import { covers, type OfficerScope, scopeOf } from '../officer-scope.js';
import { channels } from '../purposes.js';
import type { KnownPerson } from './known-people.js';
import { consentBoxes, consentsOf, needsAgreement, personOf, staffPersonForm } from './person.form.js';
import { SignUps } from './sign-ups.js';

const key = (rest: string) => `information-service:registering.${rest}`;
const ways = ['phone', 'paper'] as const;

const registerForm = staffPersonForm.extend({
  how: choice(ways, key('how-missing')),
  read: ticked().refine((read) => read, { error: key('read-missing') }),
  deciderName: optionalLine({ max: 120 }),
  deciderCapacity: z.enum(capacities).optional().catch(undefined),
  once: z.string().refine(isUuid),
  /** Ids of the likely matches that were on the page, with spaces between. */
  seen: z.string().max(400).default(''),
  same: z.string().max(40).default(''),
});

/** Somebody who phoned or filled in a paper form and wants no card, entered by an officer on their behalf. */
@Controller('staff/information-service/register')
@For('carers_service_officer', 'administrator')
export class RegisterPages implements OnModuleInit {
  constructor(
    private readonly signUps: SignUps,
    private readonly service: InformationService,
    private readonly ids: Ids,
    private readonly sections: StaffSections,
  ) {}

  onModuleInit(): void {
    this.sections.add({
      roles: ['carers_service_officer', 'administrator'],
      href: '/staff/information-service/register',
      titleKey: key('section'),
    });
  }

  @Get()
  show(): Promise<PageResult> {
    return this.form({ form: { once: this.ids.next() } });
  }

  @Post()
  async save(@Body() body: unknown, @Who() who: Who): Promise<PageResult | RedirectResult> {
    const typed = await readForm(registerForm, body);
    if (typed.errors) return this.form(typed);
    const { value, form } = typed;
    const context = await this.signUps.context();
    const read = personOf(value, context);
    if (read.errors) return this.form({ form, errors: read.errors });
    const { person } = read;
    const { decidedBy, errors } = needsAgreement(person.birthDate, context) ? deciderOf(value) : nobody;
    if (errors) return this.form({ form, errors });
    const scope = scopeOf(who);
    const service = await this.signUps.serviceOf(person.regionId);
    if (!covers(scope, { carersServiceId: service.id })) {
      const { name, phone } = service;
      const message = key('other-service');
      return this.form({ form, errors: [{ field: 'postcode', message, params: { service: name, phone } }] });
    }
    const seen = value.seen.split(' ').filter(isUuid);
    const undecided = seen.length > 0 && value.same === '';
    const done = await this.signUps.byStaff(
      {
        person,
        consents: consentsOf(value, person, context),
        source: { kind: value.how, code: null },
        how: value.how,
        actor: who.actor(),
        ...(decidedBy && { decidedBy }),
        once: { door: 'staff-form', key: value.once },
      },
      { seen: undecided ? [] : seen, sameAs: isUuid(value.same) ? value.same : null },
    );
    if ('matches' in done) {
      const errors = undecided ? [{ field: 'same', message: key('same-missing') }] : undefined;
      return this.form({
        form: { ...form, same: undefined, seen: done.matches.map(({ cardholderId }) => cardholderId).join(' ') },
        matches: done.matches.map((match) => matchView(match, scope)),
        choices: [
          ...done.matches.map((match) => ({ value: match.cardholderId, text: `${match.firstName} ${match.lastName}` })),
          { value: 'new', label: key('somebody-else') },
        ],
        ...(errors && { errors }),
      });
    }
    return redirect(`/staff/subscribers/${done.subscriberId}`, 303, { notice: key('saved') });
  }

  private async form(shown: PageModel): Promise<PageResult> {
    const { locale, policy } = await this.signUps.context();
    const wording = this.service.wording(locale);
    return page('information-service/staff/register', {
      ...shown,
      ways: [...ways],
      agreementUnder: policy.eligibility.agreementUnder,
      capacities: [...capacities],
      channels: [...channels],
      consentBoxes,
      aboutKey: wording.aboutKey,
      questions: wording.purposes.map(({ questionKey, hintKey }) => ({ questionKey, hintKey })),
    });
  }
}

/** The adult who decided for a child, or what is missing about them. */
interface DeciderRead {
  decidedBy?: Decider;
  errors?: FieldError[];
}
const nobody: DeciderRead = {};

function deciderOf({ deciderName: name, deciderCapacity: capacity }: z.output<typeof registerForm>): DeciderRead {
  if (name && capacity) return { decidedBy: { name, capacity } };
  const errors: FieldError[] = [];
  if (!name) errors.push({ field: 'deciderName', message: key('decider-missing') });
  if (!capacity) errors.push({ field: 'deciderCapacity', message: key('capacity-missing') });
  return { errors };
}

/** A likely match as staff may see it: of people of other services no more than what is alike. */
function matchView(match: KnownPerson, scope: OfficerScope) {
  const own = match.carersServiceId !== null && covers(scope, { carersServiceId: match.carersServiceId });
  const alike = [
    match.likeness === 1 ? 'name' : match.likeness > 0.3 ? 'similar-name' : null,
    match.sameBirthDate ? 'birth-date' : null,
    match.samePostcode ? 'postcode' : null,
    match.sameEmail ? 'email' : null,
    match.sameMobile ? 'mobile' : null,
  ].filter((each) => each !== null);
  return {
    id: match.cardholderId,
    name: `${match.firstName} ${match.lastName}`,
    href: own && match.subscriberId ? `/staff/subscribers/${match.subscriberId}` : null,
    cardKey: key(match.hasCard ? 'with-card' : 'without-card'),
    alikeKeys: alike.map((each) => key(`alike.${each}`)),
  };
}
