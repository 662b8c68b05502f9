import { StatusIndexes } from '@carers/cards';
import { newCardNumber, newCredentialId } from '@carers/credentials';
import { Database, keyedHash, sealing, type Tx } from '@carers/database';
import { addDays, addMonths, Clock, Ids, SeededChance } from '@carers/kernel';
import { OfferWording } from '@carers/offers';
import { Gazetteer, OutsideTerritory, type Place, Places } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { columns, insertColumns } from './insert-columns.js';
import { firstNames, firstWords, lastNames, offerContents, secondWords } from './scale-words.js';

/** How much to load. Two offers for each business. */
export interface Scale {
  cards: number;
  offers: number;
}

const batchSize = 2_000;

/**
 * Fills the registry and the directory with plausible made-up rows, for benches and for trying out a large scheme. The
 * same every time for the same numbers, so a second load of the same adds nothing. In batches: memory stays flat.
 */
@Injectable()
export class ScaleLoad {
  constructor(
    private readonly database: Database,
    private readonly places: Places,
    private readonly wording: OfferWording,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly indexes: StatusIndexes,
  ) {}

  async load(scale: Scale, progress: (sentence: string) => void = () => undefined): Promise<void> {
    const homes = await this.homes();
    await this.inBatches(Math.ceil(scale.offers / 2), async (tx, from, to) => {
      await this.businesses(tx, homes, from, to, scale.offers);
      progress(`${Math.min(to * 2, scale.offers)} of ${scale.offers} offers`);
    });
    if (scale.offers > 0) {
      progress('Laying the directory anew');
      await this.database.transaction(async (tx) => {
        await tx.query('SET LOCAL statement_timeout = 0');
        await tx.query('SELECT relist_businesses(NULL)');
      });
    }
    await this.inBatches(scale.cards, async (tx, from, to) => {
      await this.cards(tx, homes, from, to);
      progress(`${to} of ${scale.cards} cards`);
    });
    for (const table of [
      'card',
      'cardholder',
      'credential',
      'offer',
      'offer_listing',
      'offer_point',
      'branch',
      'business',
    ]) {
      await this.database.query(`VACUUM (ANALYZE) ${table}`);
    }
  }

  private async inBatches(count: number, work: (tx: Tx, from: number, to: number) => Promise<void>): Promise<void> {
    for (let from = 0; from < count; from += batchSize) {
      await this.database.transaction(async (tx) => {
        await tx.query(`SET LOCAL offers.relist = 'off'`);
        await work(tx, from, Math.min(from + batchSize, count));
      });
    }
  }

  /** Real postcodes from all over the territory, where businesses and people are placed in turn. */
  private async homes(): Promise<Place[]> {
    const atlas = await this.places.atlas();
    const gazetteer = Gazetteer.load();
    const found: Place[] = [];
    for (let row = 0; row < gazetteer.size; row += 37) {
      try {
        found.push(atlas.find(gazetteer.codeAt(row)));
      } catch (error) {
        // Some postcodes of the gazetteer lie just over the border.
        if (!(error instanceof OutsideTerritory)) throw error;
      }
    }
    return found;
  }

  private async businesses(tx: Tx, homes: Place[], from: number, to: number, offers: number): Promise<void> {
    const categories = (await tx.query('SELECT id FROM category ORDER BY position')) as { id: string }[];
    const now = this.clock.now();
    const today = this.clock.today();
    const chance = new SeededChance(`businesses ${from}`);
    const business = columns(
      'id',
      'slug',
      'name',
      'kind',
      'category_id',
      'contact_name',
      'contact_email',
      'contact_email_hash',
      'status',
      'created_at',
      'submitted_at',
      'decided_at',
      'last_confirmed_on',
    );
    const branch = columns(
      'id',
      'business_id',
      'slug',
      'name',
      'postcode',
      'town',
      'region_id',
      'lat',
      'lng',
      'created_at',
    );
    const offer = columns(
      'id',
      'business_id',
      'slug',
      'subject',
      'terms',
      'title',
      'conditions',
      'sentence',
      'revision',
      'status',
      'last_confirmed_on',
      'created_at',
      'submitted_at',
      'published_at',
    );
    for (let index = from; index < to; index++) {
      const id = this.ids.next();
      const home = homes[index % homes.length]!;
      const name = `${chance.pick(firstWords)} ${chance.pick(secondWords)} ${index}`;
      const email = `business${index}@scale.example`;
      const category = categories[(index * 7 + Math.floor(index / homes.length)) % categories.length]!;
      const slug = `scale-${index}`;
      business.add(
        id,
        slug,
        name,
        'independent',
        category.id,
        'Sam Owner',
        sealing().seal(email, 'contact_email'),
        keyedHash(email, 'email'),
        'published',
        now,
        now,
        now,
        today,
      );
      branch.add(
        this.ids.next(),
        id,
        slug,
        home.town ?? name,
        home.postcode,
        home.town,
        home.regionId,
        home.lat,
        home.lng,
        now,
      );
      for (const half of [0, 1]) {
        if (index * 2 + half >= offers) break;
        const content = offerContents[(index + half * 3) % offerContents.length]!;
        const text = this.wording.of(content);
        const published = new Date(now.getTime() - (index * 2 + half) * 60_000);
        offer.add(
          this.ids.next(),
          id,
          `${slug}-${half}`,
          content.subject,
          JSON.stringify(content.terms),
          text.title,
          JSON.stringify(text.conditions),
          text.sentence,
          1,
          'published',
          today,
          published,
          published,
          published,
        );
      }
    }
    if (await isThere(tx, 'business', 'slug', `scale-${from}`)) return;
    await insertColumns(tx, 'business', business);
    await insertColumns(tx, 'branch', branch);
    await insertColumns(tx, 'offer', offer);
  }

  private async cards(tx: Tx, homes: Place[], from: number, to: number): Promise<void> {
    const chance = new SeededChance(`cards ${from}`);
    const now = this.clock.now();
    const today = this.clock.today();
    const until = addDays(addMonths(today, 24), -1);
    const cardholder = columns(
      'id',
      'first_name',
      'last_name',
      'birth_date',
      'birth_date_hash',
      'contact_channel',
      'address',
      'postcode',
      'postcode_hash',
      'region_id',
      'caring_roles',
      'locale',
      'link_version',
      'joined_at',
    );
    const card = columns(
      'id',
      'cardholder_id',
      'number',
      'issue_number',
      'kind',
      'status',
      'valid_from',
      'valid_until',
      'printed_name',
      'issued_at',
    );
    const credential = columns('id', 'card_id', 'medium', 'status', 'status_index', 'created_at');
    const credentials: [id: string, card: string][] = [];
    let firstNumber = '';
    for (let index = from; index < to; index++) {
      const home = homes[index % homes.length]!;
      const firstName = chance.pick(firstNames);
      const birthDate = addDays('1940-01-01', chance.below(22_000));
      const person = this.ids.next();
      const id = this.ids.next();
      cardholder.add(
        person,
        firstName,
        chance.pick(lastNames),
        sealing().seal(birthDate, 'birth_date'),
        keyedHash(birthDate, 'birth-date'),
        'post',
        sealing().seal(`${index} Scale Road`, 'address'),
        sealing().seal(home.postcode, 'postcode'),
        keyedHash(home.postcode, 'postcode'),
        home.regionId,
        '["adult_carer"]',
        'en-GB',
        1,
        now,
      );
      const number = newCardNumber((count) => chance.bytes(count));
      firstNumber ||= number;
      card.add(id, person, number, 1, 'adult', 'active', today, until, firstName, now);
      credentials.push([newCredentialId((count) => chance.bytes(count)), id]);
    }
    if (await isThere(tx, 'card', 'number', firstNumber)) return;
    const places = await this.indexes.draw(tx, credentials.length, chance);
    credentials.forEach(([id, of], at) => credential.add(id, of, 'phone', 'active', places[at], now));
    await insertColumns(tx, 'cardholder', cardholder);
    await insertColumns(tx, 'card', card, 'ON CONFLICT DO NOTHING');
    // Among a million numbers two are likely to be the same: such a card was left out, and has no credential.
    const ofCards = 'WHERE EXISTS (SELECT FROM card WHERE card.id = given.card_id) ON CONFLICT DO NOTHING';
    await insertColumns(tx, 'credential', credential, ofCards);
  }
}

/** Whether a batch was loaded before: its first row is there. */
async function isThere(tx: Tx, table: string, column: string, value: string): Promise<boolean> {
  const rows = (await tx.query(`SELECT 1 FROM ${table} WHERE ${column} = $1`, [value])) as unknown[];
  return rows.length > 0;
}
