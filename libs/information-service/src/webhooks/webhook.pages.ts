import { For, StaffSections, Who } from '@carers/access';
import {
  choices,
  dateBoxes,
  errorsOf,
  page,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
} from '@carers/pages';
import { SchemeService } from '@carers/places';
import { type DeliveryState, type WebhookEndpoint, WebhookDeliveries, WebhookEndpoints } from '@carers/webhooks';
import { Body, Controller, Get, type OnModuleInit, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { scopeOf } from '../officer-scope.js';
import { servicesSeen } from '../list/list.presenter.js';
import { OwnWebhooks } from './own-webhooks.js';
import { subscriberEventTypes } from './subscriber-webhooks.js';
import { deliveryView, endpointLine, startOf, stateKey, typeChoices } from './webhook.presenter.js';

const path = '/staff/information-service/webhooks';
const words = 'information-service:webhooks';
const details = z.object({
  url: z
    .string({ error: `${words}.url-missing` })
    .trim()
    .min(1, { error: `${words}.url-missing` })
    .max(2_000),
  eventTypes: choices(subscriberEventTypes as [string, ...string[]], `${words}.types-missing`),
});
const states = ['waiting', 'delivered', 'failed'] as const satisfies readonly DeliveryState[];

/** Where the systems of a carers service are told of its people, for its officers and administrators. */
@Controller('staff/information-service/webhooks')
@For('carers_service_officer', 'administrator')
export class WebhookPages implements OnModuleInit {
  constructor(
    private readonly own: OwnWebhooks,
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: WebhookDeliveries,
    private readonly schemes: SchemeService,
    private readonly sections: StaffSections,
  ) {}

  onModuleInit(): void {
    this.sections.add({ roles: ['carers_service_officer', 'administrator'], href: path, titleKey: `${words}.section` });
  }

  @Get()
  async list(@Who() who: Who): Promise<PageResult> {
    const services = servicesSeen(await this.schemes.current(), scopeOf(who));
    const lines = await Promise.all(
      services.map(async ({ id, name }) => {
        const endpoints = await this.endpoints.of({ kind: 'carers_service', id });
        return Promise.all(
          endpoints.map(async (each) => endpointLine(each, await this.deliveries.counts(each.id), name)),
        );
      }),
    );
    return page('information-service/staff/webhooks', { lines: lines.flat(), several: services.length > 1 });
  }

  @Get('new')
  async ask(@Who() who: Who): Promise<PageResult> {
    return this.newPage(who, { form: { eventTypes: subscriberEventTypes } });
  }

  /** Makes it and shows its secret, this once: nothing keeps it for a page after. */
  @Post('new')
  async add(@Who() who: Who, @Body() body: unknown): Promise<PageResult> {
    const offered = servicesSeen(await this.schemes.current(), scopeOf(who));
    const one = offered.length === 1 ? offered[0]!.id : undefined;
    const known = z
      .string({ error: 'information-service:segments.service-missing' })
      .refine((id) => offered.some((each) => each.id === id), {
        error: 'information-service:segments.service-missing',
      });
    const read = await readForm(details.extend({ service: one ? known.default(one) : known }), body);
    if (read.errors) return this.newPage(who, read);
    const { service, ...wanted } = read.value;
    try {
      const endpoint = await this.endpoints.add({ kind: 'carers_service', id: service }, wanted, who.actor());
      return secretPage(endpoint, endpoint.secret);
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.newPage(who, { form: read.form, errors });
    }
  }

  @Get(':id')
  async show(@Who() who: Who, @Param('id') id: string, @Query() query: Record<string, unknown>): Promise<PageResult> {
    return this.endpointPage(await this.own.find(id, who), query);
  }

  @Post(':id')
  async change(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const endpoint = await this.own.find(id, who);
    const read = await readForm(details, body);
    if (read.errors) return this.endpointPage(endpoint, {}, read);
    try {
      await this.endpoints.change(id, read.value, who.actor());
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.endpointPage(endpoint, {}, { form: read.form, errors });
    }
    return back(id, 'changed');
  }

  @Post(':id/secret')
  async rotate(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    const endpoint = await this.own.find(id, who);
    return secretPage(endpoint, await this.endpoints.rotate(id, who.actor()), true);
  }

  @Post(':id/replay')
  async replay(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const endpoint = await this.own.find(id, who);
    const read = await readForm(z.object({ since: dateBoxes(`${words}.since-missing`) }), body);
    if (read.errors)
      return this.endpointPage(endpoint, {}, { errors: read.errors, form: { ...formOf(endpoint), ...read.form } });
    const count = await this.deliveries.replaySince(id, startOf(read.value.since), who.actor());
    return redirect(`${path}/${id}`, 303, { notice: { key: `${words}.replayed`, params: { count } } });
  }

  private async newPage(who: Who, typed: object): Promise<PageResult> {
    const services = servicesSeen(await this.schemes.current(), scopeOf(who)).map(({ id, name }) => ({
      value: id,
      text: name,
    }));
    return page('information-service/staff/webhook-new', {
      services: services.length > 1 ? services : null,
      types: typeChoices,
      ...typed,
    });
  }

  private async endpointPage(
    endpoint: WebhookEndpoint,
    query: Record<string, unknown>,
    typed: object = {},
  ): Promise<PageResult> {
    const state = states.find((each) => each === query['state']);
    const after = typeof query['after'] === 'string' ? query['after'] : undefined;
    const [scheme, counts, { lines, next }] = await Promise.all([
      this.schemes.current(),
      this.deliveries.counts(endpoint.id),
      this.deliveries.list(endpoint.id, { ...(state && { state }), ...(after && { after }) }),
    ]);
    const { id, url, offReason, previousSecretUntil, restingUntil } = endpoint;
    return page('information-service/staff/webhook', {
      id,
      url,
      host: new URL(url).host,
      service: scheme.carersServices.find((each) => each.id === endpoint.ownerId)?.name ?? '',
      on: offReason === null,
      stateKey: stateKey(endpoint),
      previousSecretUntil: endpoint.previousSecret && previousSecretUntil,
      restingUntil,
      counts,
      state: state ?? null,
      lines: lines.map((line) => deliveryView(line, id)),
      next,
      types: typeChoices,
      form: formOf(endpoint),
      ...typed,
    });
  }
}

function formOf({ url, eventTypes }: WebhookEndpoint) {
  return { url, eventTypes };
}

function secretPage({ id, url }: WebhookEndpoint, secret: string, rotated = false): PageResult {
  return page('information-service/staff/webhook-secret', { id, url, secret, rotated });
}

export function back(id: string, notice: string): RedirectResult {
  return redirect(`${path}/${id}`, 303, { notice: `${words}.${notice}` });
}
