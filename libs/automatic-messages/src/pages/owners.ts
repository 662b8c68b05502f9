import type { Who } from '@carers/access';
import { scopeOf } from '@carers/information-service';
import { FALLBACK_LOCALE } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { AutomaticMessageNotFound } from '../automatic-messages.problems.js';
import { type AutomaticMessage, messageAt } from '../catalogue.js';
import type { Owner } from '../words/versions.js';

/** One of those for whom somebody may word messages. */
export interface OwnerChoice {
  id: Owner;
  name: string;
}

/** What somebody opened: a message, and for whose people. */
export interface Opened {
  message: AutomaticMessage;
  owner: Owner;
  /** The carers service's name; null for the scheme. */
  ownerName: string | null;
  /** `?service=…` of its pages, or nothing. */
  query: string;
}

/** Whose messages somebody may word: administrators the scheme's and each service's, officers their own services'. */
@Injectable()
export class Owners {
  constructor(
    private readonly schemes: SchemeService,
    private readonly settings: Settings,
  ) {}

  /** Null stands for the scheme. */
  async of(who: Who): Promise<OwnerChoice[]> {
    const { carersServices } = await this.schemes.current();
    const scope = scopeOf(who);
    const services = carersServices.filter(({ id }) => scope === null || scope.includes(id));
    const scheme = who.hasRole('administrator') ? [{ id: null, name: '' }] : [];
    return [...scheme, ...services.map(({ id, name }) => ({ id, name }))];
  }

  /** Languages in which a message may be worded, that of the program first. */
  async locales(): Promise<string[]> {
    return [...new Set([this.settings.defaultLocale, FALLBACK_LOCALE, ...(await this.schemes.current()).locales])];
  }

  /** The one that was asked for, else the first; only the scheme words what no carers service sends. */
  async chosen(who: Who, asked: unknown): Promise<OwnerChoice> {
    const all = await this.of(who);
    const wanted = typeof asked === 'string' && asked !== '' ? asked : all[0]?.id;
    const chosen = all.find(({ id }) => id === wanted);
    if (!chosen) throw new AutomaticMessageNotFound();
    return chosen;
  }

  /** @throws AutomaticMessageNotFound also for what is not theirs */
  async open(who: Who, slug: string, asked: unknown): Promise<Opened> {
    const message = messageAt(slug);
    const { id, name } = await this.chosen(who, asked);
    if (!message || (id !== null && message.audience !== 'subscriber')) throw new AutomaticMessageNotFound();
    return { message, owner: id, ownerName: id && name, query: id === null ? '' : `?service=${id}` };
  }

  /** @throws AutomaticMessageNotFound for a language that the scheme does not have */
  async language(typed: string): Promise<string> {
    if (!(await this.locales()).includes(typed)) throw new AutomaticMessageNotFound();
    return typed;
  }
}
