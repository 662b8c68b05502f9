import { Limits, Public } from '@carers/access';
import { InvalidInput, line } from '@carers/kernel';
import { Body, Controller, Headers, Post, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApplicationInput } from './application-input.js';
import { Applications } from './applications.js';
import { shownReference } from './reference.js';

const Key = line({ max: 255, missing: 'applications:api.key-wrong' }).optional();

/** Applications from helpers' own systems. */
@Public()
@ApiTags('Applications')
@Controller('api/v1/applications')
export class ApplicationsApi {
  constructor(
    private readonly applications: Applications,
    private readonly limits: Limits,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Apply for a card on behalf of a carer',
    description:
      'The carer hears by the channel they chose. The answer is the same whether or not somebody is known already. ' +
      'Send an Idempotency-Key: the same key with the same body gives the same answer and makes no second application.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'A UUID made for this application' })
  @ApiCreatedResponse({
    description: 'Taken',
    schema: {
      type: 'object',
      required: ['reference'],
      properties: { reference: { type: 'string', example: 'K7QP-3M9T' } },
    },
  })
  async apply(
    @Req() request: FastifyRequest,
    @Headers('idempotency-key') typedKey: string | undefined,
    @Body({ schema: ApplicationInput }) input: ApplicationInput,
  ): Promise<{ reference: string }> {
    await this.limits.count('application-address', request.ip);
    const key = Key.safeParse(typedKey);
    // Left aside, it would let the same application in twice.
    if (!key.success) throw new InvalidInput([{ field: 'Idempotency-Key', message: 'applications:api.key-wrong' }]);
    const { reference } = await this.applications.receive(input, { source: 'api', key: key.data ?? null });
    return { reference: shownReference(reference) };
  }
}
