import { Database, keyedHash, sealing } from '@carers/database';
import type { Channel } from '@carers/information-service';
import { Clock, Ids } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import type { INestApplicationContext } from '@nestjs/common';

/** One carer of many: said yes to carers information by one channel. */
export interface BulkCarer {
  subscriberId: string;
  channel: Channel;
  address: string;
}

const first = ['Margaret', 'Aroha', 'Błażej', 'Siân', 'Tom', 'Priya', 'José', 'Ngozi'];
const last = ['Hale', 'O’Neill', 'Łukasik', 'Ap Rhys', 'Baker', 'Shah', 'Muñoz', 'Okafor'];

/** Registers many carers of the first region's service, in a few statements. */
export async function carersInBulk(
  libs: Pick<INestApplicationContext, 'get'>,
  count: number,
  channelOf: (index: number) => Channel,
  large: (index: number) => boolean = () => false,
): Promise<{ carersServiceId: string; carers: BulkCarer[] }> {
  const get = <S>(service: abstract new (...args: never[]) => S): S => libs.get(service as never, { strict: false });
  const database = get(Database);
  const ids = get(Ids);
  const now = get(Clock).now();
  const region = (await get(SchemeService).current()).regions[0]!;
  const carers: BulkCarer[] = [];
  for (let from = 0; from < count; from += 2_000) {
    const people: Record<string, unknown>[] = [];
    for (let index = from; index < Math.min(from + 2_000, count); index++) {
      const channel = channelOf(index);
      const email = `person${index}@sink.example`;
      const mobile = `+4477009${String(index).padStart(6, '0')}`;
      const postcode = `BH${(index % 20) + 1} ${index % 10}A${String.fromCharCode(65 + (index % 26))}`;
      const person = {
        id: ids.next(),
        subscriber_id: ids.next(),
        channel,
        first_name: first[index % first.length],
        last_name: last[(index >> 3) % last.length],
        email: channel === 'email' ? sealing().seal(email, 'email') : null,
        email_hash: channel === 'email' ? keyedHash(email, 'email') : null,
        mobile: channel === 'text' ? sealing().seal(mobile, 'mobile') : null,
        mobile_hash: channel === 'text' ? keyedHash(mobile, 'mobile') : null,
        address: sealing().seal(`${index} Sea Road\nBournemouth`, 'address'),
        postcode: sealing().seal(postcode, 'postcode'),
        postcode_hash: keyedHash(postcode, 'postcode'),
        birth: sealing().seal('1961-04-12', 'birth_date'),
        birth_hash: keyedHash('1961-04-12', 'birth-date'),
        format: large(index) ? 'large_print' : 'standard',
      };
      people.push(person);
      const address = channel === 'email' ? email : channel === 'text' ? mobile : `${index} Sea Road`;
      carers.push({ subscriberId: person.subscriber_id, channel, address });
    }
    await database.transaction((tx) =>
      tx.query(
        `WITH person AS (
           SELECT * FROM jsonb_to_recordset($1::jsonb) AS p (id uuid, subscriber_id uuid, channel text, first_name text,
             last_name text, email text, email_hash text, mobile text, mobile_hash text, address text, postcode text,
             postcode_hash text, birth text, birth_hash text, format text)),
         holder AS (
           INSERT INTO cardholder (id, first_name, last_name, birth_date, birth_date_hash, email, email_hash, mobile,
             mobile_hash, contact_channel, address, postcode, postcode_hash, region_id, caring_roles, locale, link_version, joined_at)
           SELECT id, first_name, last_name, birth, birth_hash, email, email_hash, mobile, mobile_hash, channel, address,
                  postcode, postcode_hash, $2, '["adult_carer"]', 'en-GB', 1, $4 FROM person),
         registered AS (
           INSERT INTO subscriber (id, cardholder_id, carers_service_id, region_id, source_kind, registered_at, format,
             locale, topics, link_version)
           SELECT subscriber_id, id, $3, $2, 'paper', $4, format, 'en-GB', '[]', 1 FROM person)
         INSERT INTO subscription (subscriber_id, purpose, channel, active, since)
         SELECT subscriber_id, 'carers_information', channel, true, $4 FROM person`,
        [JSON.stringify(people), region.id, region.carersServiceId, now],
      ),
    );
  }
  // The list's own copy follows by a trigger of the statement that wrote the answers, which could not see its people yet.
  await database.query(
    `UPDATE subscriber s SET reach = ARRAY(SELECT purpose || ' ' || channel FROM subscription
       WHERE subscriber_id = s.id AND active ORDER BY 1) WHERE reach = '{}'`,
  );
  await database.query('ANALYZE subscriber, cardholder, subscription');
  return { carersServiceId: region.carersServiceId, carers };
}
