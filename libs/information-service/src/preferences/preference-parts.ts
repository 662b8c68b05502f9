import { AccountPreferencePages } from './account-preferences.pages.js';
import { BeforeMoving } from './before-moving.js';
import { ContactChange } from './contact-change.entity.js';
import { ConfirmContactWords } from './contact-change.message.js';
import { ContactChangePages } from './contact-change.pages.js';
import { ContactChanges } from './contact-changes.js';
import { LetterCode } from './letter-code.entity.js';
import { LetterCodePages } from './letter-code.pages.js';
import { LetterCodes } from './letter-codes.js';
import { PreferenceCentre } from './preference-centre.js';
import { PreferenceLinks } from './preference-links.js';
import { PreferencePages } from './preference.pages.js';
import { UnsubscribePages } from './unsubscribe.pages.js';

/** What the modules of this lib need of the preference centre. */
export const preferenceParts = {
  entities: [LetterCode, ContactChange],
  providers: [BeforeMoving, ContactChanges, LetterCodes, PreferenceCentre, PreferenceLinks],
  exports: [BeforeMoving, ContactChanges, LetterCodes, PreferenceCentre, PreferenceLinks],
  pages: [AccountPreferencePages, UnsubscribePages, LetterCodePages, ContactChangePages, PreferencePages],
  jobs: [ConfirmContactWords],
};
