import { Limits } from '@carers/access';
import { NoCsrf, page, PageRenderer, type PageResult, Permits, Public } from '@carers/pages';
import { Body, Controller, Get, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { deviceName } from './device-name.js';
import { pairingRequest, type PairingRequest } from './till-forms.js';
import { hashOfTillKey } from './till-key.js';
import { answers, tillWords } from './till.presenter.js';
import { PairingCodeRefused } from './till.problems.js';
import { type TillNames, Tills } from './tills.js';

/** The till of a paired phone: one page, whose script speaks to the API with the key that the phone keeps. */
@Public()
@ApiExcludeController()
@Controller('till')
export class TillPages {
  constructor(
    private readonly tills: Tills,
    private readonly limits: Limits,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  @Permits({ camera: true, wasm: true, workers: true })
  @Header('x-robots-tag', 'noindex')
  show(@Req() request: FastifyRequest): PageResult {
    return page('till/till', { answers, words: tillWords(this.renderer.wordsFor(request)) });
  }

  /**
   * Makes this phone a till. The key is given once, to whoever has the code. The code comes in the body, and to the
   * phone after a `#`, so that no log and no Referer ever holds it.
   */
  @Post('pair')
  @HttpCode(200)
  @NoCsrf()
  async pair(
    @Body({ schema: pairingRequest }) { code }: PairingRequest,
    @Req() request: FastifyRequest,
  ): Promise<{ key: string; till: TillNames }> {
    const usedUp = await this.limits.isUsedUp('till-pairing-address', request.ip);
    if (usedUp) await this.limits.count('till-pairing-address', request.ip);
    try {
      const { key } = await this.tills.pair(code, deviceName(request.headers['user-agent']));
      return { key, till: await this.tills.byKey(hashOfTillKey(key)) };
    } catch (problem) {
      if (problem instanceof PairingCodeRefused) await this.limits.note('till-pairing-address', request.ip);
      throw problem;
    }
  }
}
