import type { FactCondition, Facts, Programme, ProgrammeCheck, ProgrammeQuestion } from './programme.js';

/** The risk tier of a business, and why, as catalogue keys. */
export interface TierFinding {
  tier: string;
  because: string[];
}

/** The tier that follows from what a business said; null while something that must be answered is not. */
export function tierOf(programme: Programme, facts: Facts): TierFinding | null {
  if (openFacts(programme, facts).length > 0) return null;
  const found = programme.tierRules.filter(({ when }) => when.every((condition) => holds(condition, facts)));
  const order = programme.tiers.map(({ key }) => key);
  const highest = Math.max(0, ...found.map(({ tier }) => order.indexOf(tier)));
  const tier = order[highest]!;
  return { tier, because: found.filter((rule) => rule.tier === tier).map(({ because }) => because) };
}

/** The questions that come first and still need an answer. */
export function openFacts(programme: Programme, facts: Facts): ProgrammeQuestion[] {
  return programme.facts.filter(
    (question) => !question.optional && isAsked(question, facts) && !isAnswered(facts[question.key]),
  );
}

/** The checks that a business of this tier and with these facts needs, in the order of the programme. */
export function checksFor(programme: Programme, tier: string, facts: Facts): ProgrammeCheck[] {
  return programme.checks.filter(
    ({ tiers, when }) => tiers.includes(tier) && when.every((condition) => holds(condition, facts)),
  );
}

/** Whether a question is put at all, after the answers to others of its list. */
export function isAsked(
  { onlyIf }: Pick<ProgrammeQuestion, 'onlyIf'>,
  answers: Readonly<Record<string, unknown>>,
): boolean {
  if (!onlyIf) return true;
  const given = answers[onlyIf.question];
  return [given].flat().some((each) => onlyIf.is.includes(each as string | boolean));
}

/** Whether there is an answer: `false` and 0 are. */
export function isAnswered(given: unknown): boolean {
  return given !== undefined && given !== null && given !== '' && !(Array.isArray(given) && given.length === 0);
}

function holds(condition: FactCondition, facts: Facts): boolean {
  const given = facts[condition.fact];
  if (!isAnswered(given)) return false;
  const { isOneOf, isYes, atLeast, atMost } = condition;
  if (isOneOf && ![given].flat().some((each) => isOneOf.includes(each as string))) return false;
  if (isYes !== undefined && given !== isYes) return false;
  if (atLeast !== undefined && !(typeof given === 'number' && given >= atLeast)) return false;
  if (atMost !== undefined && !(typeof given === 'number' && given <= atMost)) return false;
  return true;
}
