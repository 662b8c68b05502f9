import { For, Who } from '@carers/access';
import { BusinessNotFound, ownedBusiness } from '@carers/businesses';
import { isUuid } from '@carers/kernel';
import { page, PageRenderer, type PageResult } from '@carers/pages';
import { Controller, Get, Param, Req, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Shape, shapes } from './post-picture.js';
import { Posts } from './posts.js';

/** What owners and staff see alike: posts to copy, and pictures to keep. */
abstract class PostsPages {
  constructor(
    private readonly posts: Posts,
    private readonly renderer: PageRenderer,
  ) {}

  protected async list(request: FastifyRequest, businessId: string, base: string, back: string): Promise<PageResult> {
    const { business, posts } = await this.posts.of(businessId, this.renderer.wordsFor(request));
    return page('recruiting/posts', {
      business,
      back,
      posts: posts.map((post) => ({
        ...post,
        pictures: (Object.keys(shapes) as Shape[]).map((shape) => ({
          shape,
          ...shapes[shape],
          href: `${base}/${post.offerId}/${shape}.png`,
        })),
      })),
    });
  }

  protected async png(request: FastifyRequest, businessId: string, offerId: string, shape: Shape) {
    const picture = await this.posts.picture(businessId, offerId, shape, this.renderer.wordsFor(request));
    return new StreamableFile(picture, { type: 'image/png', disposition: `inline; filename="offer-${shape}.png"` });
  }
}

/** For the owner of a business. */
@For('business_owner')
@ApiExcludeController()
@Controller('business/:id/posts')
export class OwnerPostsPages extends PostsPages {
  constructor(posts: Posts, renderer: PageRenderer) {
    super(posts, renderer);
  }

  @Get()
  async show(@Req() request: FastifyRequest, @Who() who: Who, @Param('id') given: string): Promise<PageResult> {
    const id = ownedBusiness(who, given);
    return this.list(request, id, `/business/${id}/posts`, `/business/${id}`);
  }

  @Get(':offer/wide.png')
  async wide(@Req() request: FastifyRequest, @Who() who: Who, @Param('id') id: string, @Param('offer') offer: string) {
    return this.png(request, ownedBusiness(who, id), offer, 'wide');
  }

  @Get(':offer/square.png')
  async square(
    @Req() request: FastifyRequest,
    @Who() who: Who,
    @Param('id') id: string,
    @Param('offer') offer: string,
  ) {
    return this.png(request, ownedBusiness(who, id), offer, 'square');
  }
}

/** For the staff, who post for the scheme. */
@For('registrar', 'administrator')
@ApiExcludeController()
@Controller('staff/recruiting/posts/:business')
export class StaffPostsPages extends PostsPages {
  constructor(posts: Posts, renderer: PageRenderer) {
    super(posts, renderer);
  }

  @Get()
  async show(@Req() request: FastifyRequest, @Param('business') given: string): Promise<PageResult> {
    const id = known(given);
    return this.list(request, id, `/staff/recruiting/posts/${id}`, `/staff/businesses/${id}`);
  }

  @Get(':offer/wide.png')
  async wide(@Req() request: FastifyRequest, @Param('business') id: string, @Param('offer') offer: string) {
    return this.png(request, known(id), offer, 'wide');
  }

  @Get(':offer/square.png')
  async square(@Req() request: FastifyRequest, @Param('business') id: string, @Param('offer') offer: string) {
    return this.png(request, known(id), offer, 'square');
  }
}

/** @throws BusinessNotFound for what cannot be an id */
function known(id: string): string {
  if (!isUuid(id)) throw new BusinessNotFound();
  return id.toLowerCase();
}
