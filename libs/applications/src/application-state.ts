export const applicationStates = [
  'draft',
  'submitted',
  'more_information',
  'approved',
  'declined',
  'withdrawn',
] as const;

/** Where an application stands. */
export type ApplicationState = (typeof applicationStates)[number];
