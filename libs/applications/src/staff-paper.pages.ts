import { For, Who } from '@carers/access';
import { hoursOfCaringBox } from '@carers/cards';
import { Clock, line } from '@carers/kernel';
import { choice, choices, dateBoxes, errorsOf, page, type PageModel, readForm, redirect, ticked } from '@carers/pages';
import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { lookedAfterKinds, relations } from './answers.js';
import { ApplicationInput } from './application-input.js';
import { Applications } from './applications.js';

const key = (rest: string) => `applications:${rest}`;
const consentBoxes = [
  'carers_information.email',
  'carers_information.text',
  'carers_information.post',
  'business_offers.email',
  'business_offers.text',
  'business_offers.post',
] as const;

/** What the paper form has beyond an application's own fields; those are checked by the same schema as the API's. */
const PaperForm = z.looseObject({
  birthDate: dateBoxes(key('date-of-birth.missing'), key('date-of-birth.wrong')),
  caring: choice(['yes', 'used_to'], key('caring.missing')),
  lookedAfter: choices(lookedAfterKinds, key('looked-after.missing')),
  hoursOfCaring: hoursOfCaringBox,
  consents: choices(consentBoxes),
  how: choice(['paper', 'phone'], key('staff.paper.how-missing')),
  onSayOf: line({ max: 120, missing: key('staff.paper.on-say-of-missing') }),
  signedOn: dateBoxes(key('staff.paper.signed-on-missing'), key('date-of-birth.wrong')),
  declaration: ticked().refine((signed) => signed, { error: key('staff.paper.signed-missing') }),
});

/** Their faults are told once, by the form. */
const readHere = new Set(['birthDate', 'caring', 'lookedAfter', 'hoursOfCaring', 'consents', 'declaration', 'unpaid']);

/** A form that came on paper, or was taken down by telephone, typed in by staff. */
@For('registrar', 'administrator')
@ApiExcludeController()
@Controller('staff/applications/new')
export class StaffPaperPages {
  constructor(
    private readonly applications: Applications,
    private readonly clock: Clock,
  ) {}

  @Get()
  show() {
    return this.form({ form: { caring: 'yes', how: 'paper' } });
  }

  @Post()
  async send(@Body() body: Record<string, unknown>, @Who() who: Who) {
    const read = await readForm(PaperForm, body);
    const input = await readForm(ApplicationInput, toInput(read.value ?? read.form));
    const errors = [
      ...(read.errors ?? []),
      ...(input.errors ?? []).filter(({ field }) => !readHere.has(field.split('.')[0]!)),
    ];
    if (read.value && read.value.signedOn > this.clock.today()) {
      errors.push({ field: 'signedOn', message: key('staff.paper.signed-in-future') });
    }
    if (!read.value || !input.value || errors.length > 0)
      return this.form({ form: read.form, errors: firstEach(errors) });
    const { how, onSayOf, signedOn } = read.value;
    try {
      const application = await this.applications.receive(input.value, {
        source: 'paper',
        actor: who.actor('registrar'),
        paper: { how, onSayOf, signedOn },
      });
      return redirect(`/staff/applications/${application.id}`, 303, { notice: 'applications:staff.paper.taken' });
    } catch (problem) {
      const found = errorsOf(problem);
      if (!found) throw problem;
      return this.form({ form: read.form, errors: found.map(atItsBox) });
    }
  }

  private form(shown: PageModel) {
    return page('applications/staff/paper', { ...shown, lookedAfterKinds, relations, consentBoxes });
  }
}

/** The boxes of the form in the shape of an application. */
function toInput(form: Record<string, unknown>): Record<string, unknown> {
  const text = (name: string) => (typeof form[name] === 'string' ? (form[name] as string).trim() : '');
  const agreement = {
    name: text('agreementName'),
    relation: text('agreementRelation'),
    contact: text('agreementContact'),
  };
  const consents = Array.isArray(form['consents']) ? (form['consents'] as string[]) : [];
  return {
    firstName: text('firstName'),
    lastName: text('lastName'),
    birthDate: form['birthDate'],
    caring: form['caring'],
    unpaid: true,
    lookedAfter: form['lookedAfter'],
    hoursOfCaring: form['hoursOfCaring'],
    address: {
      lines: [text('line1'), text('line2'), text('town')].filter(Boolean),
      postcode: text('postcode'),
    },
    caredForPostcode: text('caredForPostcode'),
    contact: { channel: form['channel'], email: text('email'), mobile: text('mobile') },
    ...(agreement.name || agreement.contact ? { agreement } : {}),
    consents: consents.map((box) => {
      const [purpose, channel] = box.split('.');
      return { purpose, channel, given: true };
    }),
    declaration: true,
    ...(text('referrerCode') ? { referrerCode: text('referrerCode') } : {}),
  };
}

const boxes: Record<string, string> = {
  'address.lines': 'line1',
  'address.lines.0': 'line1',
  'address.postcode': 'postcode',
  'contact.channel': 'channel',
  'contact.email': 'email',
  'contact.mobile': 'mobile',
  agreement: 'agreementName',
  'agreement.name': 'agreementName',
  'agreement.relation': 'agreementRelation',
  'agreement.contact': 'agreementContact',
};

function atItsBox<E extends { field: string }>(error: E): E {
  return { ...error, field: boxes[error.field] ?? error.field };
}

function firstEach<E extends { field: string }>(errors: readonly E[]): E[] {
  const byField = new Map<string, E>();
  for (const error of errors.map(atItsBox)) if (!byField.has(error.field)) byField.set(error.field, error);
  return [...byField.values()];
}
