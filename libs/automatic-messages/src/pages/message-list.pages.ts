import { For, Who } from '@carers/access';
import { page, type PageResult } from '@carers/pages';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { catalogue } from '../catalogue.js';
import { Versions } from '../words/versions.js';
import { Owners } from './owners.js';
import { base, headOf } from './presenter.js';

/** Every message that the program sends by itself, and whether it is sent. */
@ApiExcludeController()
@Controller('staff/automatic-messages')
@For('carers_service_officer', 'administrator')
export class MessageListPages {
  constructor(
    private readonly owners: Owners,
    private readonly versions: Versions,
  ) {}

  @Get()
  async list(@Who() who: Who, @Query('service') service?: unknown): Promise<PageResult> {
    const [all, { id: owner, name }] = await Promise.all([this.owners.of(who), this.owners.chosen(who, service)]);
    const query = owner === null ? '' : `?service=${owner}`;
    const shown = catalogue.filter(({ audience }) => owner === null || audience === 'subscriber');
    const messages = await Promise.all(
      shown.map(async (message) => {
        const [isOn, newest] = await Promise.all([
          this.versions.isOn(message.key, owner),
          this.versions.newest(message.key, owner),
        ]);
        const written = newest.some(({ markdown }) => markdown !== null);
        return { ...headOf({ message, owner, ownerName: name, query }), isOn, written };
      }),
    );
    return page('automatic-messages/staff/list', {
      messages,
      owner: owner === null ? null : name,
      owners: all.map((each) => ({
        href: each.id === null ? base : `${base}?service=${each.id}`,
        name: each.id === null ? null : each.name,
        chosen: each.id === owner,
      })),
      several: all.length > 1,
    });
  }
}
