import { isLocalDate } from '@carers/kernel';
import { z } from 'zod';

const age = z.number().int().min(0).max(120);
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time like 20:00' });
const days = z.number().int().min(1).max(36_500);

/**
 * The rules of a scheme that its operator decides and may change from a day on: never constants in code.
 * Ages are in whole years, shares from 0 to 1.
 */
export const policySchema = z.strictObject({
  eligibility: z.strictObject({
    /** Youngest age at which somebody may hold a card. */
    minimumAge: age,
    /** Under this age a carer is a young carer, and never sees age-restricted offers. */
    youngCarerUnder: age,
    /** A young adult carer is this old or older … */
    youngAdultFrom: age,
    /** … and no older than this (the last age that still counts). */
    youngAdultTo: age,
    /** Under this age a parent's or sponsor's agreement is needed. */
    agreementUnder: age,
    /** Hours of care a week that are asked for; 0 asks for none. */
    minimumHoursAWeek: z.number().int().min(0).max(168),
    /** People who live elsewhere but care for somebody in the territory may join. */
    caresForSomeoneHere: z.boolean(),
    /** Somebody whose caring has ended may hold a card. */
    formerCarers: z.boolean(),
  }),
  card: z.strictObject({
    validityMonths: z.number().int().min(1).max(120),
    /** The card goes on for this long after caring ends. */
    tailMonths: z.number().int().min(0).max(24),
    /** Reminders before a card expires, in weeks, the earliest first. */
    renewalReminderWeeks: z.array(z.number().int().min(1).max(52)).min(1).max(6),
    feePence: z.number().int().min(0).max(10_000),
  }),
  proof: z.strictObject({
    method: z.enum(['self-declaration', 'referee', 'document']),
    /** Share of self-declared applications that are asked for proof. */
    askedShare: z.number().min(0).max(1),
  }),
  approval: z.strictObject({
    /** Low-risk applications are approved at once. */
    automatic: z.boolean(),
    /** Applications with this many likely duplicates or more wait for a person. */
    waitFromDuplicates: z.number().int().min(1).max(10),
    /** Applicants under this age wait for a person. */
    waitUnderAge: age,
  }),
  redemptions: z.strictObject({
    /** A till may take back a mistaken redemption for this long. */
    undoMinutes: z.number().int().min(1).max(1_440),
  }),
  /** From when the use of a card is shown to staff. Older documents do not have it: what stands here holds then. */
  misuse: z
    .strictObject({
      /** Nobody goes from one branch to another faster than this, in miles an hour as the crow flies … */
      travelMph: z.number().int().min(1).max(1_000).default(70),
      /** … these first miles not counted: positions of postcodes are not exact, nor are the clocks of tills. */
      travelSlackMiles: z.number().min(0).max(100).default(3),
      /** What is counted, is counted in any stretch of this many minutes. */
      windowMinutes: z.number().int().min(5).max(1_440).default(60),
      /** Accepted checks of one card. */
      burstChecks: z.number().int().min(2).max(10_000).default(15),
      /** Refused checks at one till, whatever for. */
      refusedChecks: z.number().int().min(2).max(10_000).default(30),
      /** Numbers typed at one till that are nobody's. */
      guessedNumbers: z.number().int().min(2).max(10_000).default(20),
      /** Pictures of one card that are too old. */
      staleCodes: z.number().int().min(2).max(10_000).default(5),
    })
    .prefault({}),
  offers: z.strictObject({
    /** Businesses are asked to confirm an offer this often. */
    confirmEveryDays: days,
    /** An offer that stays unconfirmed this long is hidden. */
    hideUnconfirmedAfterDays: days,
  }),
  /** Trades. Older documents do not have it: what stands here holds then. */
  trades: z
    .strictObject({
      /** Who used a trade in so many days is told when it is suspended or removed; never longer than a use is linked. */
      tellUsersWithinDays: days.default(60),
    })
    .prefault({}),
  /** Who sends carers to the scheme. Older documents do not have it: what stands here holds then. */
  referrers: z
    .strictObject({
      /** Each month referrers that want it are told how many carers came. */
      monthlyFigures: z.boolean().default(true),
      /** A carer who was handed over counts as not reached after so many calls without an answer. */
      callAttempts: z.number().int().min(1).max(10).default(3),
    })
    .prefault({}),
  /** What may be advertised to whom. Older documents do not have it: what stands here holds then. */
  marketing: z
    .strictObject({
      /** Offers of businesses are sent to nobody younger than this. */
      offersFrom: age.default(18),
    })
    .prefault({}),
  bulletins: z.strictObject({
    /** More recipients than this need a second officer. */
    fourEyesOver: z.number().int().min(0).max(1_000_000),
    /** Nobody is sent a text from … until … (London). Older documents do not have it: what stands here holds then. */
    quietHours: z
      .strictObject({
        from: timeOfDay.default('20:00'),
        until: timeOfDay.default('08:00'),
        sundays: z.boolean().default(true),
        bankHolidays: z.boolean().default(true),
      })
      .refine(({ from, until }) => until < from, { error: 'quiet hours begin in the evening and end in the morning' })
      .prefault({}),
    /** What a copy costs, in pence: a segment of a text; a letter's first sheet with envelope and postage, and each further one. */
    prices: z
      .strictObject({
        textSegment: z.number().min(0).max(1_000).default(2.4),
        letterFirstSheet: z.number().min(0).max(10_000).default(68),
        letterFurtherSheet: z.number().min(0).max(10_000).default(6),
      })
      .prefault({}),
    /** The file of a print run is kept for so many days; after, it is made again when somebody asks. */
    printFileDays: z.number().int().min(1).max(365).default(14),
  }),
  figures: z.strictObject({
    /** Groups of fewer people are hidden. */
    smallestGroup: z.number().int().min(2).max(50),
  }),
  /** How long things are kept, in days. */
  retention: z.strictObject({
    draftApplications: days,
    declinedApplications: days,
    endedCards: days,
    /** Redemptions lose their link to a person after this. */
    redemptionLink: days,
    /** Closed reviews, which by then lead to nobody, go after this. */
    reviews: days.default(365),
    /** Suggested businesses lose what is about people after this, counted from the last time that anything happened. */
    leads: days.default(365),
    /** Carers whom a professional handed over, counted from that day, where nobody took them up. */
    handOvers: days.default(28),
    /** What files of evidence hold goes this long after what they were for came to its end. */
    evidence: days.default(365),
    /**
     * Invoices, receipts and credit notes go after this. VAT records are kept for 6 years (VAT Notice 700/21), a company's
     * for 6 from the end of its financial year (HMRC): 7 from the day of issue are enough for both.
     */
    invoices: days.default(2557),
    /** Who leaves the scheme is erased this many days later; 0 is at once. */
    leftPeople: z.number().int().min(0).max(365).default(0),
    outgoingMessages: days,
    signInLog: days,
  }),
});

export type Policy = z.infer<typeof policySchema>;

/** A policy and the day from which it holds. */
export const datedPolicySchema = z.strictObject({
  validFrom: z.string().refine(isLocalDate, { error: 'must be a day like 2026-04-01' }),
  document: policySchema,
});

export type DatedPolicy = z.infer<typeof datedPolicySchema>;
