/** What a programme can ask: one answer of this sort each. */
export const questionKinds = [
  'text',
  'paragraphs',
  'number',
  'money',
  'date',
  'yes_no',
  'choice',
  'choices',
  'people',
  'references',
  'files',
] as const;

export type QuestionKind = (typeof questionKinds)[number];
