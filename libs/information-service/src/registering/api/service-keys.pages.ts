import { For, StaffSections, Who } from '@carers/access';
import { line } from '@carers/kernel';
import {
  choice,
  choices,
  page,
  type PageModel,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
} from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, type OnModuleInit, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { z } from 'zod';
import { scopeOf } from '../../officer-scope.js';
import { servicesFor } from '../service-choices.js';
import { serviceScopes } from './service-key.entity.js';
import { ServiceKeys } from './service-keys.js';

const key = (rest: string) => `information-service:keys.${rest}`;
const base = '/staff/information-service/keys';
const newKeyForm = z.object({
  name: line({ max: 80, missing: key('name-missing') }),
  service: z.string({ error: key('service-missing') }).optional(),
  scopes: choices(serviceScopes, key('scopes-missing')),
});
const rotateForm = z.object({ overlap: choice(['0', '24', '168'], key('overlap-missing')) });

/** Keys for the systems of a carers service: made, shown once, changed over, ended. */
@Controller('staff/information-service/keys')
@For('carers_service_officer', 'administrator')
export class ServiceKeysPages implements OnModuleInit {
  constructor(
    private readonly keys: ServiceKeys,
    private readonly schemes: SchemeService,
    private readonly sections: StaffSections,
  ) {}

  onModuleInit(): void {
    this.sections.add({ roles: ['carers_service_officer', 'administrator'], href: base, titleKey: key('section') });
  }

  @Get()
  list(@Who() who: Who): Promise<PageResult> {
    return this.listPage(who, {});
  }

  @Post()
  async make(@Who() who: Who, @Body() body: unknown): Promise<PageResult> {
    const read = await readForm(newKeyForm, body);
    if (read.errors) return this.listPage(who, read);
    const services = servicesFor(await this.schemes.current(), scopeOf(who));
    const service = services.length === 1 ? services[0] : services.find(({ id }) => id === read.value.service);
    if (!service) {
      return this.listPage(who, { form: read.form, errors: [{ field: 'service', message: key('service-missing') }] });
    }
    const { name, scopes } = read.value;
    const { secret } = await this.keys.make({ carersServiceId: service.id, name, scopes }, who.actor());
    return page('information-service/staff/key', { name, secret });
  }

  @Post(':key/rotate')
  async rotate(@Who() who: Who, @Param('key', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<PageResult> {
    const read = await readForm(rotateForm, body);
    if (read.errors)
      return this.listPage(who, { errors: [{ field: `overlap-${id}`, message: key('overlap-missing') }] });
    const overlap = Number(read.value.overlap) as 0 | 24 | 168;
    const { secret, oldEndsAt } = await this.keys.rotate(id, scopeOf(who), overlap, who.actor());
    return page('information-service/staff/key', { secret, oldEndsAt: overlap > 0 ? oldEndsAt : null });
  }

  @Post(':key/revoke')
  async revoke(@Who() who: Who, @Param('key', ParseUUIDPipe) id: string): Promise<RedirectResult> {
    await this.keys.revoke(id, scopeOf(who), who.actor());
    return redirect(base, 303, { notice: key('revoked') });
  }

  private async listPage(who: Who, shown: PageModel): Promise<PageResult> {
    const scope = scopeOf(who);
    const [lines, scheme] = await Promise.all([this.keys.list(scope), this.schemes.current()]);
    const services = servicesFor(scheme, scope);
    return page('information-service/staff/keys', {
      ...shown,
      services: services.length > 1 ? services.map(({ id, name }) => ({ value: id, text: name })) : null,
      scopes: [...serviceScopes],
      overlaps: ['24', '168', '0'],
      keys: lines.map((line) => ({
        ...line.key,
        service: scheme.carersServices.find(({ id }) => id === line.key.carersServiceId)?.name,
        scopeKeys: line.key.scopes.map((each) => key(`scope.${each}`)),
        lastUsedAt: line.lastUsedAt,
        oldEndsAt: line.oldEndsAt,
        works: line.key.revokedAt === null,
      })),
    });
  }
}
