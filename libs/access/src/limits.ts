import { Database, keyedHash } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { AskedTooOften } from './access.problems.js';
import { networkOf } from './network.js';

const tenMinutes = 600;
const aDay = 86_400;

/**
 * How often things may be tried, counted in PostgreSQL so that every process knows. None of them locks a victim out:
 * - a contact gets at most three messages in ten minutes, and each of their links lives for ten minutes, so whoever is
 *   held back by somebody else's asking has a working link already;
 * - too many wrong codes for a contact close the way by code for a day; the link goes on working.
 */
@Injectable()
export class Limits {
  private readonly byName: Record<keyof typeof rules, RateLimiterPostgres>;

  constructor(database: Database) {
    const limiter = (name: keyof typeof rules) =>
      new RateLimiterPostgres({
        storeClient: database.pool,
        storeType: 'pool',
        tableName: 'rate_limit',
        tableCreated: true,
        keyPrefix: name,
        ...rules[name],
      });
    this.byName = Object.fromEntries(
      (Object.keys(rules) as (keyof typeof rules)[]).map((name) => [name, limiter(name)]),
    ) as typeof this.byName;
  }

  /**
   * Counts one more.
   * @param key whose: it is hashed, since addresses and contacts are personal
   * @throws AskedTooOften with the time until the next is allowed
   */
  async count(name: keyof typeof rules, key: string): Promise<void> {
    await this.held(() => this.byName[name].consume(hashOf(name, key)));
  }

  /** Whether no more is allowed at present; counts nothing. */
  async isUsedUp(name: keyof typeof rules, key: string): Promise<boolean> {
    const state = await this.byName[name].get(hashOf(name, key));
    return state !== null && state.consumedPoints >= rules[name].points;
  }

  /** Counts one more without refusing it: for what went wrong. */
  async note(name: keyof typeof rules, key: string): Promise<void> {
    await this.byName[name].penalty(hashOf(name, key));
  }

  private async held(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof RateLimiterRes) throw new AskedTooOften(Math.ceil(error.msBeforeNext / 1000));
      throw error;
    }
  }
}

/** One who moves about within their own network is still one: limits by address count networks. */
function hashOf(name: keyof typeof rules, key: string): string {
  return keyedHash(name.endsWith('-address') ? networkOf(key) : key, 'rate-limit');
}

/** `points` in `duration` seconds. */
const rules = {
  /** Sign-in messages to one contact. */
  'sign-in-contact': { points: 3, duration: tenMinutes },
  /** Sign-in messages asked for from one address: a whole office may be behind it. */
  'sign-in-address': { points: 60, duration: tenMinutes },
  /** Codes tried from one address. */
  'code-address': { points: 120, duration: tenMinutes },
  /** Wrong codes for one contact. */
  'code-contact': { points: 30, duration: aDay },
  /** Codes of an authenticator app, after the first factor. */
  'second-factor': { points: 10, duration: tenMinutes },
  /** Applications begun or sent in one piece from one address: a library or a whole office may be behind it. */
  'application-address': { points: 120, duration: tenMinutes },
  /** People who sign up with a carers service without a card, from one address: a carers' group may sit behind it. */
  'carers-join-address': { points: 60, duration: tenMinutes },
  /** Requests of one system of a carers service: enough to read a list of 100,000 people once in ten minutes. */
  'service-key': { points: 1200, duration: tenMinutes },
  /** Links to an unfinished application, for one contact or one application. */
  'application-link': { points: 5, duration: tenMinutes },
  /** Registrations of businesses begun from one address: each may send a message to the contact that it names. */
  'join-address': { points: 60, duration: tenMinutes },
  /** People asked to act for one business: each gets a message. */
  'business-people': { points: 20, duration: aDay },
  /** A referee's page opened or sent from one address: a whole office may be behind it. */
  'reference-address': { points: 60, duration: tenMinutes },
  /** Files sent for one vetting case: each is looked through at length. */
  'evidence-upload': { points: 60, duration: tenMinutes },
  /** Requests to Companies House, which allows 600 in five minutes: some are left for people who use the same key by hand. */
  'companies-house': { points: 560, duration: 300 },
  /** Businesses suggested from one address: a carers' group may sit behind it together. */
  'suggestion-address': { points: 30, duration: tenMinutes },
  /** Codes of no referrer tried from one address: people mistype, but nobody types dozens of them. */
  'referrer-code-address': { points: 30, duration: tenMinutes },
  /** Carers handed over from one address: a hospital may sit behind it. */
  'hand-over-address': { points: 60, duration: tenMinutes },
  /** Carers handed over for one referrer: each is called. */
  'hand-over-referrer': { points: 100, duration: aDay },
  /** Leaflets and pads that one referrer fetches to print. */
  'referrer-print': { points: 60, duration: tenMinutes },
  /** Pictures of offers drawn anew for one address: those that were drawn lately are not counted. */
  'picture-address': { points: 300, duration: tenMinutes },
  /** Card numbers of nobody typed at one till: people mistype, but nobody types hundreds of them. */
  'till-unknown-number': { points: 60, duration: tenMinutes },
  /** Bundles fetched by one till, which asks four times an hour and when it is back online. */
  'till-bundle': { points: 60, duration: tenMinutes },
  /** Uploads of one till, each of up to a hundred uses. */
  'till-batch': { points: 120, duration: tenMinutes },
  /** Wrong pairing codes from one address: a code has 30^8 forms, so even this many for ever finds none. */
  'till-pairing-address': { points: 20, duration: tenMinutes },
  /** Codes of letters tried from one address: a library may be behind it. */
  'letter-code-address': { points: 60, duration: tenMinutes },
  /** Wrong postcodes with codes of one person: then only the links in their mails work, for a day. */
  'letter-code-person': { points: 10, duration: aDay },
  /** New addresses and numbers that one person asks us to write to: each gets a message. */
  'preference-contact': { points: 6, duration: aDay },
  /** Cards looked at by strangers' phones from one address: a whole mobile network may be behind it. */
  'card-check-address': { points: 120, duration: tenMinutes },
} as const;
