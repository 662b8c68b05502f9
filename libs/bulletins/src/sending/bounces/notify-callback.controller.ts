import { createHash, timingSafeEqual } from 'node:crypto';
import { Public } from '@carers/access';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { NoCsrf } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Body, Controller, Headers, HttpCode, NotFoundException, Post, UnauthorizedException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { kindOf, takeFault } from './notify-status.js';
import { Settlements } from './settlements.js';

const callback = z.object({
  reference: z.string().max(100).nullish(),
  status: z.string().max(60),
  completed_at: z.string().max(40).nullish(),
});

/** Where GOV.UK Notify says what became of a message, with the bearer token that was agreed with it. */
@ApiExcludeController()
@Controller('webhooks/notify')
@Public()
@NoCsrf()
export class NotifyCallbackController {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly settlements: Settlements,
    private readonly clock: Clock,
  ) {}

  /** Answers 204 also for messages that are none of ours: Notify would only ask again. */
  @Post()
  @HttpCode(204)
  async take(@Headers('authorization') authorization: string | undefined, @Body() body: unknown): Promise<void> {
    const token = this.settings.bulletins.notifyCallbackToken;
    if (token === null) throw new NotFoundException();
    if (!sameText(authorization ?? '', `Bearer ${token}`)) throw new UnauthorizedException();
    const read = callback.safeParse(body);
    if (!read.success) return;
    const { reference, status, completed_at: completedAt } = read.data;
    if (!reference) return;
    const told = completedAt ? new Date(completedAt) : this.clock.now();
    const at = Number.isNaN(told.getTime()) ? this.clock.now() : told;
    const kind = kindOf(status);
    if (kind) await this.settlements.take({ deliveryId: reference, kind, at });
    else await takeFault(this.database, reference, status, at);
  }
}

/** Takes as long for the first wrong letter as for the last. */
function sameText(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
