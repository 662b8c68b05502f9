import { CaseFiles } from './case-file.js';
import { LapseNotices } from './lapse-notices.js';
import { DeriveListings, ListingSchedule, TellOfEnding } from './listing.jobs.js';
import { ListingMail } from './listing-mail.js';
import { Listing } from './listing.js';
import { Standings } from './standings.js';
import { TradeEndedWords } from './trade-ended.message.js';
import { TradeEndings } from './trade-endings.js';

/** What keeps listings as the files say. In every program that changes a case. */
export const listingServices = [CaseFiles, LapseNotices, ListingMail, Listing, Standings, TradeEndings];

/** What it does at night, for the worker. */
export const listingJobs = [DeriveListings, ListingSchedule, TellOfEnding, TradeEndedWords];
