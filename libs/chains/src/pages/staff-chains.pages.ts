import { For } from '@carers/access';
import { Business } from '@carers/businesses';
import { Database } from '@carers/database';
import { isUuid } from '@carers/kernel';
import { page, type PageResult } from '@carers/pages';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { In, MoreThan } from 'typeorm';

const pageSize = 100;

/** The chains of the scheme, so that staff can do for them what they can do themselves. */
@ApiExcludeController()
@Controller('staff/chains')
@For('registrar', 'administrator')
export class StaffChainsPages {
  constructor(private readonly database: Database) {}

  @Get()
  async list(@Query('after') after?: string): Promise<PageResult> {
    const found = await this.database.reader.find(Business, {
      select: { id: true, name: true },
      where: {
        kind: 'chain',
        status: In(['published', 'suspended']),
        ...(typeof after === 'string' && isUuid(after) && { id: MoreThan(after) }),
      },
      order: { id: 'ASC' },
      take: pageSize + 1,
    });
    const chains = found.slice(0, pageSize).map(({ id, name }) => ({ id, name }));
    return page('chains/staff-list', { chains, next: found.length > pageSize ? chains.at(-1)!.id : null });
  }
}
