import type { Channel } from '@carers/messages';

/** What a person may be mailed for. Each is asked, given and withdrawn by itself; messages about the card need neither. */
export const purposes = ['carers_information', 'business_offers'] as const;
export type Purpose = (typeof purposes)[number];

/** By what a person may be reached. */
export const channels = ['email', 'text', 'post'] as const satisfies readonly Channel[];
export type { Channel };

/** What somebody said to one purpose by one channel. `withdrawn` is a no after a yes. */
export const decisions = ['given', 'refused', 'withdrawn'] as const;
export type Decision = (typeof decisions)[number];

/** How an answer reached us: on a web page, on a paper form, by telephone, through the API, by a link of a message, or by the code of a letter. */
export const ways = ['web', 'paper', 'phone', 'api', 'link', 'letter_code'] as const;
export type Way = (typeof ways)[number];

/**
 * Where a sign-up came from. `code` beside it names the referrer, the system or the file. `application` is the card's own
 * form; `web` the form of people who want no card.
 */
export const sourceKinds = ['application', 'paper', 'api', 'referrer', 'web', 'phone', 'import'] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** Proof of a consent that was given elsewhere (UK GDPR Article 7(1)): without all of it there is no consent. */
export interface ConsentEvidence {
  /** Day on which the person said yes, `YYYY-MM-DD`. */
  givenOn: string;
  /** How they said it, in the words of the list it comes from: "paper form", "website". */
  how: string;
  /** Where it is kept: the name of a file or a system. */
  kept: string;
}

/** In what form somebody reads (or hears) what they are sent. */
export const formats = ['standard', 'large_print', 'easy_read', 'audio'] as const;
export type Format = (typeof formats)[number];

/** One answer of a form: yes or no to one purpose by one channel. */
export interface ConsentAnswer {
  purpose: Purpose;
  channel: Channel;
  given: boolean;
}

/** What somebody may want to read about; none chosen means everything. */
export const topics = ['money', 'breaks', 'health', 'groups', 'training', 'emergencies'] as const;
export type Topic = (typeof topics)[number];
