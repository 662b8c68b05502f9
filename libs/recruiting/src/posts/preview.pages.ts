import { createHash } from 'node:crypto';
import { Limits, Public } from '@carers/access';
import { PageRenderer } from '@carers/pages';
import { Controller, Get, Param, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { postPng } from './post-picture.js';
import { Posts } from './posts.js';

/** Pictures kept in memory: some 60 kB each. */
const mostKept = 60;

/** The picture that other sites show when somebody shares an offer. It is drawn once and kept for a while. */
@Public()
@ApiExcludeController()
@Controller('offer-pictures')
export class PreviewPages {
  private readonly kept = new Map<string, Promise<Buffer>>();

  constructor(
    private readonly posts: Posts,
    private readonly limits: Limits,
    private readonly renderer: PageRenderer,
  ) {}

  @Get(':offer/wide.png')
  async wide(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('offer') offer: string,
  ): Promise<StreamableFile> {
    const { pictured, brand } = await this.posts.previewOf(offer, this.renderer.wordsFor(request));
    // By what is on it: a changed offer or brand is another picture.
    const key = createHash('sha256')
      .update(JSON.stringify([pictured, brand]))
      .digest('base64');
    let drawing = this.kept.get(key);
    if (!drawing) {
      await this.limits.count('picture-address', request.ip);
      drawing = this.kept.get(key) ?? postPng(pictured, brand, 'wide');
      this.keep(key, drawing);
    }
    const picture = await drawing;
    // Not before it is there: nobody may keep the answer that there is none.
    void reply.header('cache-control', 'public, max-age=3600');
    return new StreamableFile(picture, { type: 'image/png', disposition: 'inline; filename="offer.png"' });
  }

  private keep(key: string, drawing: Promise<Buffer>): void {
    this.kept.set(key, drawing);
    const [oldest] = this.kept.keys();
    if (this.kept.size > mostKept && oldest) this.kept.delete(oldest);
    drawing.catch(() => this.kept.delete(key));
  }
}
