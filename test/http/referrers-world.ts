import { randomUUID } from 'node:crypto';
import { HandOver, HandOvers, ReferrerLinks, Referrers } from '@carers/referrers';
import { Database } from '@carers/database';
import type { TestApp } from '../support/app.js';
import type { Visitor } from './whole-world.js';

const staff = { kind: 'system', id: 'test' } as const;

/**
 * A referrer that sends carers, one that has stopped, and a carer who was handed over.
 * @returns who goes where on the pages about them
 */
export async function referrerPlaces(
  program: TestApp,
  written: (text: string) => string,
): Promise<Record<string, [Visitor, ...string[]][]>> {
  const make = (name: string) =>
    program.get(Referrers).make(
      {
        ...{ kind: 'gp_practice', name: written(name), code: null, line1: written('1 High Street'), line2: null },
        ...{ town: written('Poole'), postcode: 'BH15 1HJ', region: undefined, contactName: written('Pat Manager') },
        ...{ contactEmail: 'pat@rowan.example', contactPhone: '01202 960001', figuresBy: 'email' as const },
      },
      null,
      staff,
    );
  const referrer = await make('Rowan Surgery');
  const ended = await make('Old Surgery');
  await program.get(Referrers).end(ended.id, null, 'Closed', staff);
  // Old enough to have a month to show.
  await program
    .get(Database)
    .query(`UPDATE referrer SET made_at = made_at - interval '70 days' WHERE id = '${referrer.id}'`);
  const form = randomUUID();
  await program.get(HandOvers).receive(
    referrer.id,
    {
      ...{ form, firstName: written('Zinnia'), lastName: written('Quill'), phone: '+447700900321' },
      ...{
        email: null,
        postcode: null,
        bestTime: 'morning',
        reasons: ['needs_break'],
        agreedHow: 'spoken',
        agreed: true,
      },
      ...{ noteBy: 'none', givenBy: written('Nora Nurse'), givenAs: written('nurse') },
    },
    program.settings.defaultLocale,
  );
  const { id } = await program.get(Database).reader.findOneByOrFail(HandOver, { id: form });
  const base = '/staff/information-service/referrers';
  const figures = program.get(ReferrerLinks).figuresPath(referrer);
  const officer = (url: string, ...paths: string[]) => ({
    [url]: [['carers_service_officer', ...paths]] as [Visitor, ...string[]][],
  });
  const open = (url: string, ...paths: string[]) => ({ [url]: [['nobody', ...paths]] as [Visitor, ...string[]][] });
  return {
    ...open('/r/:code', `/r/${referrer.code}`, `/r/${ended.code}`),
    ...open('/r/:code/hand-over', `/r/${referrer.code}/hand-over`),
    ...open('/r/:code/hand-over/done', `/r/${referrer.code}/hand-over/done`),
    ...open('/referrer/:token', figures),
    ...open('/referrer/:token/leaflet.pdf', `${figures}/leaflet.pdf`),
    ...open('/referrer/:token/pad.pdf', `${figures}/pad.pdf`),
    ...officer(base, base, `${base}?ended=yes`),
    ...officer(`${base}/:id`, `${base}/${referrer.id}`, `${base}/${ended.id}`),
    ...officer(`${base}/:id/change`, `${base}/${referrer.id}/change`),
    ...officer(`${base}/:id/leaflet.pdf`, `${base}/${referrer.id}/leaflet.pdf`),
    ...officer(`${base}/:id/pad.pdf`, `${base}/${referrer.id}/pad.pdf?large=yes`),
    ...officer('/staff/information-service/hand-overs/:id', `/staff/information-service/hand-overs/${id}`),
    ...officer(
      '/staff/information-service/hand-overs/:id/register',
      `/staff/information-service/hand-overs/${id}/register`,
    ),
  };
}
