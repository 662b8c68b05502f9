import type { ConsentAnswer } from '@carers/information-service';
import type { LocalDate } from '@carers/kernel';
import type { Policy } from '@carers/places';
import { type Answers, channelsOf, isYoung, needsAgreement } from './answers.js';

export const stepNames = [
  'caring',
  'unpaid',
  'area',
  'name',
  'date-of-birth',
  'agreement',
  'looked-after',
  'address',
  'cared-for',
  'contact',
  'contact-address',
  'carers-information',
  'business-offers',
] as const;

/** One question, and the last part of its address. */
export type StepName = (typeof stepNames)[number];

/** What decides which questions are asked. */
export interface StepContext {
  policy: Policy;
  today: LocalDate;
  /** Version of the consent wording in force: answers to older words are asked anew. */
  wording: string;
}

interface Step {
  applies?: (answers: Answers, context: StepContext) => boolean;
  answered: (answers: Answers, context: StepContext) => boolean;
}

/** The questions in their order: when each is asked, and when it counts as answered. */
const steps: Record<StepName, Step> = {
  caring: { answered: ({ caring }) => caring !== undefined },
  unpaid: { answered: ({ unpaid }) => unpaid === true },
  area: { answered: ({ lives }) => lives !== undefined },
  name: { answered: ({ name }) => name !== undefined },
  'date-of-birth': { answered: ({ birthDate }) => birthDate !== undefined },
  agreement: {
    applies: (answers, { policy, today }) => needsAgreement(answers, policy, today),
    answered: ({ agreement }) => agreement !== undefined,
  },
  'looked-after': { answered: ({ lookedAfter = [] }) => lookedAfter.length > 0 },
  address: { answered: ({ address }) => address !== undefined },
  'cared-for': {
    applies: ({ address }) => address?.regionId === null,
    answered: ({ caredFor }) => caredFor !== undefined,
  },
  contact: { answered: ({ contact }) => contact !== undefined },
  'contact-address': {
    applies: ({ contact }) => contact !== undefined && contact.channel !== 'post',
    answered: ({ contact }) => (contact?.channel === 'email' ? contact.email : contact?.mobile) != null,
  },
  'carers-information': { answered: consentAnswered('carers_information') },
  'business-offers': {
    // Nobody markets to children.
    applies: (answers, { policy, today }) => !isYoung(answers, policy, today),
    answered: consentAnswered('business_offers'),
  },
};

/** The questions that somebody with these answers is asked. */
export function stepsFor(answers: Answers, context: StepContext): StepName[] {
  return stepNames.filter((name) => steps[name].applies?.(answers, context) ?? true);
}

/** The first question that is still open; null when all are answered. */
export function firstOpen(answers: Answers, context: StepContext): StepName | null {
  return stepsFor(answers, context).find((name) => !steps[name].answered(answers, context)) ?? null;
}

/** Whether a question may be shown: it is asked, and all before it are answered. */
export function mayShow(name: StepName, answers: Answers, context: StepContext): boolean {
  const asked = stepsFor(answers, context);
  const open = firstOpen(answers, context);
  return asked.includes(name) && (open === null || asked.indexOf(name) <= asked.indexOf(open));
}

/** The question before this one; null for the first. */
export function stepBefore(name: StepName | null, answers: Answers, context: StepContext): StepName | null {
  const asked = stepsFor(answers, context);
  return asked[(name === null ? asked.length : asked.indexOf(name)) - 1] ?? null;
}

function consentAnswered(purpose: ConsentAnswer['purpose']) {
  return ({ consents, contact }: Answers, { wording }: StepContext): boolean => {
    const given = consents?.[purpose];
    if (!given || !contact || given.version !== wording) return false;
    return channelsOf(contact).every((channel) => given.answers.some((answer) => answer.channel === channel));
  };
}
