import type { LocalDate } from './local-days.js';

/**
 * Changes to the usual bank holidays of England, made by royal proclamation. Everything else follows from the rule in
 * `bank-holidays.ts`. When a new one is announced, add a line here, with the day the list was checked.
 * Checked on 21 November 2026.
 */
export interface ProclaimedChange {
  for: string;
  added: LocalDate[];
  removed?: LocalDate[];
}

export const proclaimedChanges: readonly ProclaimedChange[] = [
  { for: 'Golden Jubilee', added: ['2002-06-03', '2002-06-04'], removed: ['2002-05-27'] },
  { for: 'Royal wedding', added: ['2011-04-29'] },
  { for: 'Diamond Jubilee', added: ['2012-06-04', '2012-06-05'], removed: ['2012-05-28'] },
  { for: '75 years since VE Day', added: ['2020-05-08'], removed: ['2020-05-04'] },
  { for: 'Platinum Jubilee', added: ['2022-06-02', '2022-06-03'], removed: ['2022-05-30'] },
  { for: 'State funeral of Queen Elizabeth II', added: ['2022-09-19'] },
  { for: 'Coronation of King Charles III', added: ['2023-05-08'] },
];
