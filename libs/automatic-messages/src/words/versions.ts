import { Database } from '@carers/database';
import { FALLBACK_LOCALE } from '@carers/pages';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { MessageSwitch } from './message-switch.entity.js';
import { MessageTemplateVersion } from './message-template-version.entity.js';

/** Whose words: a carers service's own, or (null) the scheme's. */
export type Owner = string | null;

/** Most versions that a page of history shows. */
const mostShown = 50;

/** Reads what staff wrote and switched. */
@Injectable()
export class Versions {
  constructor(private readonly database: Database) {}

  /** The newest version of each language that an owner wrote, also those that say "the usual words again". */
  async newest(key: string, owner: Owner): Promise<MessageTemplateVersion[]> {
    return this.database.reader
      .createQueryBuilder(MessageTemplateVersion, 'version')
      .distinctOn(['version.locale'])
      .where('version.message_key = :key AND version.carers_service_id IS NOT DISTINCT FROM :owner', { key, owner })
      .orderBy('version.locale')
      .addOrderBy('version.revision', 'DESC')
      .getMany();
  }

  /** Newest first. */
  async history(key: string, owner: Owner, locale: string): Promise<MessageTemplateVersion[]> {
    return this.database.reader.find(MessageTemplateVersion, {
      where: { messageKey: key, carersServiceId: owner ?? IsNull(), locale },
      order: { revision: 'DESC' },
      take: mostShown,
    });
  }

  /**
   * The words for somebody: their language where anybody wrote it, else English; of two in one language, the service's own
   * before the scheme's. Null where the program's words stand.
   */
  async inForce(key: string, service: string | null, locale: string): Promise<MessageTemplateVersion | null> {
    const [own, common] = await Promise.all([
      service === null ? [] : this.newest(key, service),
      this.newest(key, null),
    ]);
    const written = [...own, ...common].filter(({ markdown }) => markdown !== null);
    const language = locale.split('-')[0];
    return (
      written.find((version) => version.locale === locale) ??
      written.find((version) => version.locale.split('-')[0] === language) ??
      written.find((version) => version.locale === FALLBACK_LOCALE) ??
      null
    );
  }

  /** What was last said about a switch; undefined where nobody ever touched it. */
  async lastSwitch(key: string, owner: Owner): Promise<MessageSwitch | undefined> {
    const [last] = await this.switches(key, owner, 1);
    return last;
  }

  async switches(key: string, owner: Owner, take = mostShown): Promise<MessageSwitch[]> {
    return this.database.reader.find(MessageSwitch, {
      where: { messageKey: key, carersServiceId: owner ?? IsNull() },
      order: { id: 'DESC' },
      take,
    });
  }

  /** Whether it is sent: off for everybody is off; else what the service says. */
  async isOn(key: string, service: string | null): Promise<boolean> {
    const owners = service === null ? [null] : [null, service];
    const last = await Promise.all(owners.map((owner) => this.lastSwitch(key, owner)));
    return last.every((each) => each?.isOn !== false);
  }
}
