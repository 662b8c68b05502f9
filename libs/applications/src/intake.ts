import { readEmail, readMobile } from '@carers/access';
import type { Tx } from '@carers/database';
import { type ConsentAnswer, InformationService } from '@carers/information-service';
import { ageOn, type FieldError, Clock, InvalidInput } from '@carers/kernel';
import { OutsideTerritory, Places, PostcodeNotValid, SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { type AddressAnswer, type Answers, channelsOf, type ContactAnswer, needsAgreement } from './answers.js';
import type { ApplicationInput } from './application-input.js';
import { stepsFor, type StepContext } from './steps.js';

/** Puts what came in beside the scheme's rules and map. */
@Injectable()
export class Intake {
  constructor(
    private readonly places: Places,
    private readonly scheme: SchemeService,
    private readonly information: InformationService,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** The rules of today, and the version of the consent wording in force. */
  async context(locale = this.settings.defaultLocale): Promise<StepContext> {
    return {
      policy: await this.scheme.policyOn(),
      today: this.clock.today(),
      wording: this.information.wording(locale).version,
    };
  }

  /** Answers to consent may be registered much later, by then asked in other words: keeps those they were given to. */
  async keepWording(tx: Tx, locale: string): Promise<void> {
    await this.information.keepWording(tx, locale);
  }

  /** What the map says about a home; outside the territory is an answer, not an error. @throws PostcodeNotValid */
  async home(lines: string[], typedPostcode: string): Promise<AddressAnswer> {
    try {
      const { postcode, regionId } = await this.places.find(typedPostcode);
      return { lines, postcode, regionId, outside: null };
    } catch (problem) {
      if (!(problem instanceof OutsideTerritory)) throw problem;
      return { lines, postcode: problem.postcode, regionId: null, outside: problem.town };
    }
  }

  /** Where the person looked after lives. @throws PostcodeNotValid, OutsideTerritory */
  async caredFor(typedPostcode: string): Promise<{ postcode: string; regionId: string }> {
    const { postcode, regionId } = await this.places.find(typedPostcode);
    return { postcode, regionId };
  }

  /**
   * The answers of an application that came in one piece.
   * @throws InvalidInput with every field that is not right
   */
  async answersOf(input: ApplicationInput): Promise<Answers> {
    const context = await this.context();
    const errors: FieldError[] = [];
    const refuse = (field: string, message: string, params?: FieldError['params']) =>
      void errors.push({
        field,
        message: message.includes(':') ? message : `applications:${message}`,
        ...(params && { params }),
      });

    const answers: Answers = {
      caring: input.caring,
      unpaid: true,
      name: { first: input.firstName, last: input.lastName },
      birthDate: input.birthDate,
      lookedAfter: [...new Set(input.lookedAfter)],
      hoursOfCaring: input.hoursOfCaring ?? null,
    };
    const { eligibility } = context.policy;
    const age = ageOn(input.birthDate, context.today);
    if (input.birthDate > context.today) refuse('birthDate', 'date-of-birth.in-future');
    else if (age >= 120) refuse('birthDate', 'date-of-birth.wrong');
    else if (age < eligibility.minimumAge)
      refuse('birthDate', 'date-of-birth.too-young', { min: eligibility.minimumAge });
    if (input.caring === 'used_to' && !eligibility.formerCarers) refuse('caring', 'caring.not-former');

    if (input.agreement) answers.agreement = input.agreement;
    else if (errors.length === 0 && needsAgreement(answers, context.policy, context.today)) {
      refuse('agreement', 'agreement.needed', { age: eligibility.agreementUnder });
    }
    await this.place(answers, input, refuse, eligibility.caresForSomeoneHere);
    const contact = contactOf(input, refuse);
    if (errors.length > 0 || !contact) throw new InvalidInput(errors);
    answers.contact = contact;
    answers.consents = consentsOf(answers, input.consents, context);
    return answers;
  }

  private async place(
    answers: Answers,
    input: ApplicationInput,
    refuse: (field: string, message: string, params?: FieldError['params']) => void,
    caresForSomeoneHere: boolean,
  ): Promise<void> {
    try {
      answers.address = await this.home(input.address.lines, input.address.postcode);
    } catch (problem) {
      if (!(problem instanceof PostcodeNotValid)) throw problem;
      return refuse('address.postcode', 'places:errors.postcode-not-valid');
    }
    const { regionId, postcode, outside } = answers.address;
    answers.lives = regionId ? 'here' : 'cares_here';
    if (regionId) return;
    const { brand } = await this.scheme.current();
    if (!input.caredForPostcode || !caresForSomeoneHere) {
      return refuse('address.postcode', 'places:problems.outside-territory', {
        postcode,
        town: outside ?? '',
        scheme: brand.name,
      });
    }
    try {
      answers.caredFor = await this.caredFor(input.caredForPostcode);
    } catch (problem) {
      if (problem instanceof PostcodeNotValid) refuse('caredForPostcode', 'places:errors.postcode-not-valid');
      else if (problem instanceof OutsideTerritory) {
        refuse('caredForPostcode', 'places:problems.outside-territory', problem.params);
      } else throw problem;
    }
  }
}

type Refuse = (field: string, message: string) => void;

/** Both contacts may be given here; the chosen channel must be. */
function contactOf({ contact }: ApplicationInput, refuse: Refuse): ContactAnswer | null {
  const email = contact.email ? readEmail(contact.email) : null;
  const mobile = contact.mobile ? readMobile(contact.mobile) : null;
  const wrong = (contact.email && !email) || (contact.mobile && !mobile);
  if (contact.email && !email) refuse('contact.email', 'contact-address.email-wrong');
  if (contact.mobile && !mobile) refuse('contact.mobile', 'contact-address.mobile-wrong');
  if (contact.channel === 'email' && !contact.email) refuse('contact.email', 'contact-address.email-missing');
  else if (contact.channel === 'text' && !contact.mobile) refuse('contact.mobile', 'contact-address.mobile-missing');
  else if (!wrong) {
    return { channel: contact.channel, email: email?.address ?? null, mobile: mobile?.address ?? null };
  }
  return null;
}

/** An answer for each purpose and channel that applies; what was not answered is a no, never a yes. */
function consentsOf(answers: Answers, given: readonly ConsentAnswer[], context: StepContext): Answers['consents'] {
  const asked = stepsFor(answers, context).includes('business-offers')
    ? (['carers_information', 'business_offers'] as const)
    : (['carers_information'] as const);
  const channels = channelsOf(answers.contact!);
  return Object.fromEntries(
    asked.map((purpose) => [
      purpose,
      {
        version: context.wording,
        answers: channels.map((channel) => ({
          purpose,
          channel,
          given: given.some((each) => each.purpose === purpose && each.channel === channel && each.given),
        })),
      },
    ]),
  );
}
