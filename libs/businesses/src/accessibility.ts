/** What helps a carer at a branch. The words are catalogue keys `businesses:accessibility.<fact>`. */
export const accessibilityFacts = [
  'step_free',
  'accessible_toilet',
  'changing_place',
  'hearing_loop',
  'quiet_times',
  'assistance_dogs',
  'parking',
  'companion_welcome',
] as const;

export type AccessibilityFact = (typeof accessibilityFacts)[number];

/** Which facts hold. A fact that is not there is not known, which is not the same as no. */
export type Accessibility = Partial<Record<AccessibilityFact, true>>;

/** The facts of a list, as they are kept. */
export function accessibilityFrom(facts: readonly AccessibilityFact[]): Accessibility {
  return Object.fromEntries(accessibilityFacts.filter((fact) => facts.includes(fact)).map((fact) => [fact, true]));
}

/** The facts that hold, in the order of the list. */
export function factsOf(accessibility: Accessibility): AccessibilityFact[] {
  return accessibilityFacts.filter((fact) => accessibility[fact]);
}
