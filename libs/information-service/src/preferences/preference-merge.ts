/** Answers of a preference form by the names of their fields, each as one plain text: empty for a question left open. */
export type Answers = Readonly<Record<string, string>>;

/** What a form means when things may have changed since it was shown. */
export interface Merged {
  /** What the person changed, and what is to be so now. */
  wanted: Record<string, string>;
  /** Fields where the person and somebody (or they themselves, in another window) wanted different things. */
  conflicts: string[];
  /** Fields that were changed elsewhere and that this form did not touch: they stay as they are. */
  newer: string[];
}

/**
 * What is to be done with a form that may be old: sent twice, from a second window, or after somebody left the list. Only
 * what a person changed on it counts, so that a form which merely lay open never takes back a later answer.
 * @param shown what the form showed; what is so now where nobody knows
 * @param typed what came back
 * @param now what is so now
 */
export function merge(shown: Answers, typed: Answers, now: Answers): Merged {
  const merged: Merged = { wanted: {}, conflicts: [], newer: [] };
  for (const [name, answer] of Object.entries(typed)) {
    const before = shown[name] ?? '';
    const present = now[name] ?? '';
    if (answer === present) continue;
    if (answer === before) merged.newer.push(name);
    else if (present === before) merged.wanted[name] = answer;
    else merged.conflicts.push(name);
  }
  return merged;
}
