import { isUuid } from '@carers/kernel';
import { NoCsrf, Public } from '@carers/pages';
import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnauthorizedResponse,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type RedemptionAnswer, Redemptions } from './redemptions.js';
import { redemptionAnswer, tillAnswer, validationAnswer } from './till-answers.js';
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
import { type TillNames, Tills } from './tills.js';
import { Undoing } from './undoing.js';
import { type ValidationAnswer, Validations } from './validations.js';

/** What a shop's own till calls. Open to the guard, since a till key is not a person; closed without a key. */
@Public()
@NoCsrf()
@ApiTags('Till')
@ApiBearerAuth('till-key')
@ApiUnauthorizedResponse({ description: 'Problem `till-key-refused`: no key, or one that is no till’s (any more)' })
@Controller('api/v1')
export class TillApiController {
  constructor(
    private readonly tills: Tills,
    private readonly validations: Validations,
    private readonly redemptions: Redemptions,
    private readonly undoing: Undoing,
  ) {}

  @Get('till')
  @ApiOperation({ summary: 'Which till this key belongs to', description: 'To try a new key. It records nothing.' })
  @ApiOkResponse({ standardSchema: tillAnswer })
  till(@TillKeyHash() keyHash: string): Promise<TillNames> {
    return this.tills.byKey(keyHash);
  }

  @Post('validations')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Check a card',
    description:
      'A refusal is an answer, not an error. The same scan sent again gets the same answer. In the demo the examples ' +
      'here work with a key of the branch `tide-and-quay-kitchen-poole`.',
  })
  @ApiOkResponse({ standardSchema: validationAnswer })
  @ApiConflictResponse({ description: 'Problem `scan-used-for-another-card`: make a new scanId for each scan' })
  @ApiUnprocessableEntityResponse({ description: 'Problem details with `errors: [{ field, message }]`' })
  validate(
    @TillKeyHash() keyHash: string,
    @Body({ schema: validationRequest }) body: ValidationRequest,
  ): Promise<ValidationAnswer> {
    return this.validations.validate(keyHash, body);
  }

  @Post('redemptions')
  @ApiOperation({
    summary: 'Record the use of an offer, after an accepted check of the same scan',
    description: 'Safe to repeat: the same scan and offer are counted once.',
  })
  @ApiCreatedResponse({ standardSchema: redemptionAnswer, description: 'Recorded' })
  @ApiOkResponse({ standardSchema: redemptionAnswer, description: 'It was recorded before; the same answer' })
  @ApiConflictResponse({
    description:
      'Problem `offer-not-usable` with `reason`, and `nextUsableAt` where waiting helps; or `no-accepted-validation`',
  })
  @ApiUnprocessableEntityResponse({ description: 'Problem details with `errors: [{ field, message }]`' })
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
  @ApiOperation({
    summary: 'Take a mistaken redemption back',
    description:
      'For ten minutes from when it happened, also where it was told later. The use is given back. A till that was ' +
      'alone says when its staff took it back. Safe to repeat.',
  })
  @ApiOkResponse({ standardSchema: redemptionAnswer })
  @ApiNotFoundResponse({ description: 'Problem `redemption-not-found`: none of this branch' })
  @ApiConflictResponse({ description: 'Problem `too-late-to-undo`' })
  @ApiUnprocessableEntityResponse({ description: 'Problem details with `errors: [{ field, message }]`' })
  undo(
    @TillKeyHash() keyHash: string,
    @Param('id') id: string,
    @Body({ schema: undoRequest }) body: UndoRequest,
  ): Promise<RedemptionAnswer> {
    if (!isUuid(id)) throw new RedemptionNotFound();
    return this.undoing.undo(keyHash, id, body);
  }
}
