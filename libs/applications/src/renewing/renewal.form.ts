import { type Cardholder, hoursOfCaringBox } from '@carers/cards';
import { InvalidInput, line, optionalLine } from '@carers/kernel';
import { choice, choices, type FormRead, readForm, ticked } from '@carers/pages';
import { OutsideTerritory, PostcodeNotValid } from '@carers/places';
import { z } from 'zod';
import { type LookedAfter, lookedAfterKinds } from '../answers.js';
import { AddressForm } from '../applications.forms.js';
import type { Intake } from '../intake.js';
import type { RenewalAnswers } from './renewals.js';

const key = (rest: string) => `applications:${rest}`;

/** The form as a carer sends it. Of the address only what was typed: it counts where they said that they moved. */
export const RenewalForm = z.looseObject({
  card: z.string().catch(''),
  until: z.string().catch(''),
  caring: choice(['yes', 'used_to'], key('renew.caring-missing')),
  lookedAfter: choices(lookedAfterKinds, key('looked-after.missing')),
  hoursOfCaring: hoursOfCaringBox,
  moved: choice(['no', 'yes'], key('renew.moved-missing')),
  declared: ticked().refine((declared) => declared, { error: key('check.declared-missing') }),
});

/** What staff add: how they were told, and on whose word. */
export const RenewalForStaff = RenewalForm.extend({
  how: choice(['paper', 'phone'], key('staff.paper.how-missing')),
  onSayOf: line({ max: 120, missing: key('staff.paper.on-say-of-missing') }),
});

export const caredForField = z.object({ caredFor: optionalLine({ max: 20 }) });

/** Reads the form, with all that is wrong at once: of a new address too, where there is one. */
export async function readRenewal<Schema extends typeof RenewalForm>(
  schema: Schema,
  body: unknown,
): Promise<FormRead<z.output<Schema>>> {
  const read = await readForm(schema, body);
  if ((read.value ?? read.form)['moved'] !== 'yes') return read;
  const { errors: ofAddress } = await readForm(AddressForm, body);
  if (!ofAddress) return read;
  return { form: read.form, errors: [...(read.errors ?? []), ...ofAddress] };
}

/** The form as it is shown first: whom they look after follows from their roles. */
export function formOf({ caringRoles, hoursOfCaring }: Pick<Cardholder, 'caringRoles' | 'hoursOfCaring'>) {
  const lookedAfter: LookedAfter[] = [
    ...(caringRoles.includes('adult_carer') ? (['adult'] as const) : []),
    ...(caringRoles.includes('parent_carer') ? (['own_child'] as const) : []),
  ];
  return { lookedAfter, hoursOfCaring };
}

/**
 * What was said, beside the map.
 * @throws InvalidInput for a postcode that is none, or a home elsewhere where nobody here is cared for
 */
export async function answersOf(
  value: z.output<typeof RenewalForm>,
  intake: Intake,
  caresForSomeoneHere: boolean,
): Promise<RenewalAnswers> {
  const { caring, lookedAfter, hoursOfCaring } = value;
  const cares = { caring, lookedAfter, hoursOfCaring };
  if (value.moved === 'no') return { ...cares, address: null, caredFor: null };
  const { line1, line2, town, postcode } = AddressForm.parse(value);
  const lines = [line1, line2, town].filter((each) => each !== null);
  const address = await at('postcode', () => intake.home(lines, postcode));
  if (address.regionId !== null) return { ...cares, address, caredFor: null };
  const { caredFor: typed } = caredForField.parse(value);
  const refuse = (message: string) => new InvalidInput([{ field: 'caredFor', message }]);
  if (!caresForSomeoneHere) throw new InvalidInput([{ field: 'postcode', message: key('renew.outside') }]);
  if (!typed) throw refuse(key('renew.cared-for-missing'));
  return { ...cares, address, caredFor: await at('caredFor', () => intake.caredFor(typed)) };
}

async function at<T>(field: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (problem) {
    if (problem instanceof PostcodeNotValid)
      throw new InvalidInput([{ field, message: 'places:errors.postcode-not-valid' }]);
    if (problem instanceof OutsideTerritory)
      throw new InvalidInput([{ field, message: 'places:problems.outside-territory', params: problem.params }]);
    throw problem;
  }
}
