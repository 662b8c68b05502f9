import type { FieldError } from '@carers/kernel';
import { type FormValues, readForm } from '@carers/pages';
import { OutsideTerritory, PostcodeNotValid } from '@carers/places';
import type { ConsentAnswer } from '@carers/information-service';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type Answers, channelsOf } from './answers.js';
import {
  AddressForm,
  AgreementForm,
  AreaForm,
  birthDateField,
  CaredForForm,
  CaringForm,
  ChannelForm,
  consentForm,
  EmailForm,
  LookedAfterForm,
  MobileForm,
  NameForm,
  UnpaidForm,
} from './applications.forms.js';
import { Intake } from './intake.js';
import type { StepContext, StepName } from './steps.js';

/** Why somebody cannot have this card; there is a page for each that says where to find support. */
export const refusals = ['not-caring', 'paid', 'elsewhere'] as const;
export type Refusal = (typeof refusals)[number];

/** What became of a page that was sent: answers to keep, faults to show, or the page for those who cannot join. */
export type StepRead =
  { kept: Partial<Answers> } | { errors: readonly FieldError[]; form: FormValues } | { refused: Refusal };

/** The purpose that a consent page asks about. */
export const purposeOf: Partial<Record<StepName, ConsentAnswer['purpose']>> = {
  'carers-information': 'carers_information',
  'business-offers': 'business_offers',
};

/** What each question's page shows, and what it makes of what was typed. */
@Injectable()
export class StepForms {
  constructor(private readonly intake: Intake) {}

  /** The boxes of a page, filled with what was answered before. */
  filled(step: StepName, answers: Answers): FormValues {
    const { address, contact, consents } = answers;
    switch (step) {
      case 'caring':
        return { caring: answers.caring };
      case 'unpaid':
        return answers.unpaid ? { unpaid: 'unpaid' } : {};
      case 'area':
        return { lives: answers.lives };
      case 'name':
        return { ...answers.name };
      case 'date-of-birth':
        return { birthDate: answers.birthDate };
      case 'agreement':
        return answers.agreement ? { ...answers.agreement, agreed: 'yes' } : {};
      case 'looked-after':
        return { lookedAfter: answers.lookedAfter, hoursOfCaring: answers.hoursOfCaring };
      case 'address': {
        if (!address) return {};
        const [line1, ...rest] = address.lines;
        return { line1, line2: rest.slice(0, -1).join(', '), town: rest.at(-1), postcode: address.postcode };
      }
      case 'cared-for':
        return { postcode: answers.caredFor?.postcode };
      case 'contact':
        return { channel: contact?.channel };
      case 'contact-address':
        return { email: contact?.email, mobile: contact?.mobile };
      case 'carers-information':
      case 'business-offers': {
        const given = consents?.[purposeOf[step]!]?.answers ?? [];
        return Object.fromEntries(given.map((answer) => [answer.channel, answer.given ? 'yes' : 'no']));
      }
    }
  }

  /** Reads one page. */
  async read(step: StepName, body: unknown, answers: Answers, context: StepContext): Promise<StepRead> {
    const { eligibility } = context.policy;
    switch (step) {
      case 'caring':
        return this.take(CaringForm, body, ({ caring }) =>
          caring === 'no' || (caring === 'used_to' && !eligibility.formerCarers)
            ? { refused: 'not-caring' }
            : { kept: { caring } },
        );
      case 'unpaid':
        return this.take(UnpaidForm, body, ({ unpaid }) =>
          unpaid === 'paid' ? { refused: 'paid' } : { kept: { unpaid: true } },
        );
      case 'area':
        return this.take(AreaForm, body, ({ lives }) =>
          lives === 'neither' || (lives === 'cares_here' && !eligibility.caresForSomeoneHere)
            ? { refused: 'elsewhere' }
            : { kept: { lives } },
        );
      case 'name':
        return this.take(NameForm, body, (name) => ({ kept: { name } }));
      case 'date-of-birth': {
        const form = birthDateForm(context);
        return this.take(form, body, ({ birthDate }) => ({ kept: { birthDate } }));
      }
      case 'agreement':
        return this.take(AgreementForm, body, ({ name, relation, contact }) => ({
          kept: { agreement: { name, relation, contact } },
        }));
      case 'looked-after':
        return this.take(LookedAfterForm, body, (kept) => ({ kept }));
      case 'address':
        return this.address(body, eligibility.caresForSomeoneHere);
      case 'cared-for':
        return this.caredFor(body);
      case 'contact':
        return this.take(ChannelForm, body, ({ channel }) => ({
          kept: {
            // The address stays only with the channel it is for.
            contact: channel === answers.contact?.channel ? answers.contact : { channel, email: null, mobile: null },
          },
        }));
      case 'contact-address':
        return answers.contact!.channel === 'email'
          ? this.take(EmailForm, body, ({ email }) => ({
              kept: { contact: { channel: 'email', email, mobile: null } },
            }))
          : this.take(MobileForm, body, ({ mobile }) => ({
              kept: { contact: { channel: 'text', email: null, mobile } },
            }));
      case 'carers-information':
      case 'business-offers':
        return this.consents(purposeOf[step]!, body, answers, context);
    }
  }

  private async take<S extends z.ZodType>(
    schema: S,
    body: unknown,
    use: (value: z.output<S>) => StepRead | Promise<StepRead>,
  ): Promise<StepRead> {
    const read = await readForm(schema, body);
    if (read.errors) return { errors: read.errors, form: read.form };
    try {
      return await use(read.value);
    } catch (problem) {
      const error = postcodeError(problem);
      if (!error) throw problem;
      return { errors: [error], form: read.form };
    }
  }

  /** A home elsewhere leads on to the question where the person looked after lives. */
  private address(body: unknown, caresForSomeoneHere: boolean): Promise<StepRead> {
    return this.take(AddressForm, body, async ({ line1, line2, town, postcode }) => {
      const lines = [line1, line2, town].filter((line) => line !== null);
      const address = await this.intake.home(lines, postcode);
      if (address.regionId === null && !caresForSomeoneHere) return { refused: 'elsewhere' };
      return { kept: { address } };
    });
  }

  private caredFor(body: unknown): Promise<StepRead> {
    return this.take(CaredForForm, body, async ({ postcode }) => ({
      kept: { caredFor: await this.intake.caredFor(postcode) },
    }));
  }

  private consents(
    purpose: ConsentAnswer['purpose'],
    body: unknown,
    answers: Answers,
    context: StepContext,
  ): Promise<StepRead> {
    const channels = channelsOf(answers.contact!);
    return this.take(consentForm(channels), body, (given) => ({
      kept: {
        consents: {
          ...answers.consents,
          [purpose]: {
            version: context.wording,
            answers: channels.map((channel) => ({ purpose, channel, given: given[channel] === 'yes' })),
          },
        },
      },
    }));
  }
}

function birthDateForm({ today, policy }: StepContext) {
  return z.object({ birthDate: birthDateField(today, policy.eligibility.minimumAge) });
}

function postcodeError(problem: unknown): FieldError | null {
  if (problem instanceof PostcodeNotValid) return { field: 'postcode', message: 'places:errors.postcode-not-valid' };
  if (problem instanceof OutsideTerritory) {
    return { field: 'postcode', message: 'places:problems.outside-territory', params: problem.params };
  }
  return null;
}
