import { Database } from '@carers/database';
import { Segments } from '@carers/information-service';
import { SchemeService } from '@carers/places';
import { WebhookEndpoints, Webhooks } from '@carers/webhooks';
import type { TestApp } from '../support/app.js';
import type { Visitor } from './whole-world.js';

/**
 * A saved filter of the list, and a webhook that has a message waiting.
 * @returns who goes where on the pages about them
 */
export async function listPlaces(
  program: TestApp,
  written: (text: string) => string,
): Promise<Record<string, [Visitor, ...string[]][]>> {
  const [service] = (await program.get(SchemeService).current()).carersServices;
  const [account] = await program.get(Database).query<{ id: string }>('SELECT id FROM account ORDER BY id LIMIT 1');
  const actor = { kind: 'account', id: account!.id } as const;
  const segment = await program.get(Segments).save(
    {
      carersServiceId: service!.id,
      name: written('Everybody in print'),
      filter: { standing: 'on', channel: ['post'] },
    },
    actor,
  );
  const owner = { kind: 'carers_service', id: service!.id };
  const type = 'subscriber.registered';
  const endpoint = await program
    .get(WebhookEndpoints)
    .add(owner, { url: 'https://crm.example.org/carers', eventTypes: [type] }, actor);
  // Off, so that no test of a page sends anything.
  await program.get(WebhookEndpoints).turn(endpoint.id, false, actor);
  await program
    .get(Database)
    .transaction((tx) => program.get(Webhooks).announce(tx, { owner, type, data: { subscriber_id: segment.id } }));
  const officer = (url: string, path: string) => ({ [url]: [['carers_service_officer', path]] as [Visitor, string][] });
  const [lists, webhooks] = ['/staff/subscribers/segments', '/staff/information-service/webhooks'];
  return {
    ...officer(`${lists}/new`, `${lists}/new?channel=post`),
    ...officer(`${lists}/:id`, `${lists}/${segment.id}`),
    ...officer(webhooks, webhooks),
    ...officer(`${webhooks}/new`, `${webhooks}/new`),
    ...officer(`${webhooks}/:id`, `${webhooks}/${endpoint.id}`),
  };
}
