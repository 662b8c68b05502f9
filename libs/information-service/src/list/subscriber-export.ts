import { pipeline, Readable } from 'node:stream';
import { type Actor, Audit } from '@carers/audit';
import { Cardholder } from '@carers/cards';
import { Database } from '@carers/database';
import { dateInLondon } from '@carers/kernel';
import { inBlocks, type Words } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { In } from 'typeorm';
import type { OfficerScope } from '../officer-scope.js';
import { type Channel, channels, purposes } from '../purposes.js';
import type { SubscriberFilter } from './filter-fields.js';
import { reachName, reachNames } from './reach.js';
import { type Sought, type SubscriberLine, Subscribers } from './subscribers.js';

/**
 * People read from the database at a time: what bounds the memory, however long the list. Their addresses are opened in
 * one go, and for so long this process answers nobody else.
 */
const batch = 100;

/** What an export holds, in this order; the headings are in the catalogue. */
const columns = [
  'first-name',
  'last-name',
  'region',
  'registered',
  'source',
  'source-code',
  'roles',
  'age-band',
  'language',
  'format',
  'topics',
  ...purposes.flatMap((purpose) => channels.map((channel) => `${purpose}-${channel}`)),
  'email',
  'mobile',
  'address',
  'postcode',
  'paused-until',
  'left',
];

/** The list as a file for the carers service's own tools. */
@Injectable()
export class SubscriberExport {
  constructor(
    private readonly subscribers: Subscribers,
    private readonly database: Database,
    private readonly schemes: SchemeService,
    private readonly audit: Audit,
  ) {}

  /**
   * CSV (UTF-8 with BOM, CRLF), read in batches as fast as it is taken. An address stands in it only where the person
   * said yes to that channel. Cells that a spreadsheet would run as a formula are disarmed. Who asked and why is
   * written down before the first byte.
   */
  async csv(sought: Sought, scope: OfficerScope, reason: string, actor: Actor, words: Words): Promise<Readable> {
    await this.audit.note({
      action: 'subscribers.exported',
      subject: { kind: 'subscriber-list', id: scope?.join(' ') ?? 'all' },
      actor,
      reason,
      // A name that was sought is personal; that one was sought is enough.
      details: { ...shortFilter(sought.filter), ...(sought.name ? { name: 'given' } : {}) },
    });
    const { regions } = await this.schemes.current();
    const regionNames = new Map(regions.map(({ id, name }) => [id, name]));
    const file = stringify({
      bom: true,
      header: true,
      record_delimiter: 'windows',
      escape_formulas: true,
      columns: columns.map((key) => ({ key, header: words.t(`information-service:export.columns.${key}`) })),
    });
    // Whoever breaks off ends the reading; what goes wrong breaks off the file.
    return pipeline(Readable.from(this.rows(sought, scope, regionNames, words)), file, inBlocks(), () => undefined);
  }

  private async *rows(
    sought: Sought,
    scope: OfficerScope,
    regionNames: ReadonlyMap<string, string>,
    words: Words,
  ): AsyncGenerator<Record<string, string>> {
    let after: string | undefined;
    do {
      const { lines, next } = await this.subscribers.list(sought, scope, { after, size: batch });
      // Opening a sealed column costs time: only those that the file needs.
      const holders = await this.database.reader.find(Cardholder, {
        select: { id: true, email: true, mobile: true, address: true, postcode: true },
        where: { id: In(lines.map(({ cardholderId }) => cardholderId)) },
      });
      const byId = new Map(holders.map((holder) => [holder.id, holder]));
      for (const line of lines) yield rowOf(line, byId.get(line.cardholderId)!, regionNames, words);
      after = next ?? undefined;
    } while (after);
  }
}

function rowOf(
  line: SubscriberLine,
  holder: Cardholder,
  regionNames: ReadonlyMap<string, string>,
  words: Words,
): Record<string, string> {
  const yesTo = (channel: Channel) =>
    line.leftAt === null && reachNames({ channel: [channel] }).some((each) => line.reach.includes(each));
  const wordsOf = (of: string, values: readonly string[]) =>
    words.list(values.map((value) => words.t(`${of}.${value}`)));
  const answers = purposes.flatMap((purpose) =>
    channels.map((channel) => {
      const yes = line.reach.includes(reachName(purpose, channel));
      return [`${purpose}-${channel}`, words.t(yes ? 'pages:yes' : 'pages:no')] as const;
    }),
  );
  return {
    'first-name': line.firstName,
    'last-name': line.lastName,
    region: regionNames.get(line.regionId) ?? '',
    registered: dateInLondon(line.registeredAt),
    source: words.t(`information-service:sources.${line.sourceKind}`),
    'source-code': line.sourceCode ?? '',
    roles: wordsOf('information-service:filter.roles', line.caringRoles),
    'age-band': line.ageBand ? words.t(`information-service:filter.ages.${line.ageBand}`) : '',
    language: line.locale,
    format: words.t(`information-service:formats.${line.format}`),
    topics: wordsOf('information-service:topics', line.topics),
    ...Object.fromEntries(answers),
    email: (yesTo('email') && holder.email) || '',
    mobile: (yesTo('text') && holder.mobile) || '',
    address: (yesTo('post') && holder.address) || '',
    postcode: yesTo('post') ? holder.postcode : '',
    'paused-until': line.pausedUntil ?? '',
    left: line.leftAt ? dateInLondon(line.leftAt) : '',
  };
}

/** What an export was narrowed by; that people are on the list goes without saying. */
function shortFilter({ standing, ...filter }: SubscriberFilter): object {
  return { ...filter, ...(standing === 'on' ? {} : { standing }) };
}
