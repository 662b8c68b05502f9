import { NoCsrf, Public } from '@carers/pages';
import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { isUuid } from '@carers/kernel';
import type { FastifyReply } from 'fastify';
import { type RedemptionAnswer, Redemptions } from './redemptions.js';
import {
  redemptionRequest,
  type RedemptionRequest,
  undoRequest,
  type UndoRequest,
  validationRequest,
  type ValidationRequest,
} from './till-forms.js';
import { TillKeyHash } from './till-key.js';
import { RedemptionNotFound } from './till.problems.js';
import { type ValidationAnswer, Validations } from './validations.js';

/** What a shop's own till calls. Open to the guard, since a till key is not a person; closed without a key. */
@Public()
@NoCsrf()
@ApiTags('Till')
@ApiBearerAuth('till-key')
@Controller('api/v1')
export class TillApiController {
  constructor(
    private readonly validations: Validations,
    private readonly redemptions: Redemptions,
  ) {}

  @Post('validations')
  @HttpCode(200)
  @ApiOperation({ summary: 'Check a card', description: 'A refusal is an answer, not an error.' })
  validate(
    @TillKeyHash() keyHash: string,
    @Body({ schema: validationRequest }) body: ValidationRequest,
  ): Promise<ValidationAnswer> {
    return this.validations.validate(keyHash, body);
  }

  @Post('redemptions')
  @ApiOperation({ summary: 'Record the use of an offer, after an accepted check of the same scan' })
  async redeem(
    @TillKeyHash() keyHash: string,
    @Body({ schema: redemptionRequest }) body: RedemptionRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RedemptionAnswer> {
    const { isNew, redemption } = await this.redemptions.redeem(keyHash, body);
    void reply.status(isNew ? 201 : 200);
    return redemption;
  }

  @Post('redemptions/:id/undo')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a mistaken redemption back' })
  undo(
    @TillKeyHash() keyHash: string,
    @Param('id') id: string,
    @Body({ schema: undoRequest }) body: UndoRequest,
  ): Promise<RedemptionAnswer> {
    if (!isUuid(id)) throw new RedemptionNotFound();
    return this.redemptions.undo(keyHash, id, body);
  }
}
