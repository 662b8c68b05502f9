import {
  aboutForm,
  accessForm,
  baseForm,
  categoryForm,
  contactForm,
  homesForm,
  homeWorkForm,
  kindForm,
  nameForm,
  placeForm,
  termsForm,
  whereForm,
} from '@carers/businesses';
import type { z } from 'zod';
import type { OfferContent } from '../offer.entity.js';

/** The form of a place that customers visit: they need its street. */
export const visitedPlaceForm = placeForm.omit({ name: true });

/** The questions of joining with one form each; the offer has a form of its own. */
export const stepForms = {
  name: nameForm,
  kind: kindForm,
  category: categoryForm,
  homes: homesForm,
  work: homeWorkForm,
  contact: contactForm,
  about: aboutForm,
  where: whereForm,
  place: baseForm.omit({ name: true }),
  access: accessForm,
  terms: termsForm,
};

/** What was answered so far, one member per page. */
export type Answers = { [Step in keyof typeof stepForms]?: z.output<(typeof stepForms)[Step]> } & {
  offer?: OfferContent;
};

export type Step = keyof Answers;

/** All questions, in the order in which they are asked. */
export const allSteps = [
  'name',
  'kind',
  'category',
  'homes',
  'work',
  'contact',
  'about',
  'where',
  'place',
  'access',
  'offer',
  'terms',
] as const satisfies readonly Step[];

export function isStep(text: string): text is Step {
  return (allSteps as readonly string[]).includes(text);
}

/** It works in people's homes: it is vetted before it is listed. */
export function isTrade(answers: Answers): boolean {
  return answers.homes?.homes === 'yes';
}

/** No place that customers visit. A trade always has a place that it sets out from. */
export function isOnline(answers: Answers): boolean {
  if (isTrade(answers)) return false;
  return answers.kind?.kind === 'online' || answers.where?.where === 'online';
}

/** The questions that these answers lead to. */
export function stepsFor(answers: Answers): Step[] {
  const trade = isTrade(answers);
  return allSteps.filter((step) => {
    if (step === 'work') return trade;
    // Nobody visits a trade: it is asked where it sets out from, and not what helps there.
    if (trade && (step === 'where' || step === 'access')) return false;
    if (step === 'where') return answers.kind?.kind !== 'online';
    if (step === 'place' || step === 'access') return !isOnline(answers);
    return true;
  });
}

/**
 * The first question without an answer; null when everything was answered.
 * @param termsVersion the version in force: an answer to an older one does not count
 */
export function nextStep(answers: Answers, termsVersion: string): Step | null {
  const open = (step: Step) =>
    answers[step] === undefined || (step === 'terms' && answers.terms?.version !== termsVersion);
  return stepsFor(answers).find(open) ?? null;
}

/** Whether a question may be opened: every question before it was answered. */
export function mayOpen(step: Step, answers: Answers, termsVersion: string): boolean {
  const steps = stepsFor(answers);
  const next = nextStep(answers, termsVersion);
  const at = steps.indexOf(step);
  return at >= 0 && (next === null || at <= steps.indexOf(next));
}

/** Where the back link of a question leads. */
export function pathBefore(step: Step, answers: Answers): string {
  const steps = stepsFor(answers);
  const before = steps[steps.indexOf(step) - 1];
  return before ? `/for-business/join/${before}` : '/for-business';
}
