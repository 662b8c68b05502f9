import { BrandSource, Public, Translations, type Words } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { badgeSize, badgeSvg, type BadgeWords } from './badge.js';
import { BadgeStatement } from './badge-statement.js';
import { answer } from './conditional.js';
import { Register, type RegisterEntry } from './register.js';
import { NoLongerInRegister, NotAccreditedAtPresent, NotInRegister } from './register.problems.js';

/** Short: a badge on somebody's page must not say for a day that what ended is in force. */
const cacheControl = 'public, max-age=300';
const sharpness = 3;

/** The badge of a business for its own site, and the signed statement behind it. */
@ApiExcludeController()
@Public()
@Controller('register/:slug')
export class BadgeController {
  constructor(
    private readonly register: Register,
    private readonly statement: BadgeStatement,
    private readonly brands: BrandSource,
    private readonly translations: Translations,
    private readonly settings: Settings,
  ) {}

  @Get('badge.svg')
  async svg(
    @Param('slug') slug: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const picture = await this.picture(slug);
    return answer(request, reply, picture, { type: 'image/svg+xml', cacheControl, elsewhere: 'shown' });
  }

  @Get('badge.png')
  async png(
    @Param('slug') slug: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | string> {
    // When it is first needed: it brings a library of its own, which most processes never use.
    const { default: sharp } = await import('sharp');
    const picture = sharp(Buffer.from(await this.picture(slug)), { density: 72 * sharpness });
    const bytes = await picture
      .resize(badgeSize.width * sharpness)
      .png({ palette: true })
      .toBuffer();
    return answer(request, reply, bytes, { type: 'image/png', cacheControl, elsewhere: 'shown' });
  }

  /** The statement as a JWT. There is none that says no: without one in force, the answer is a problem. */
  @Get('badge.jwt')
  async jwt(
    @Param('slug') slug: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const entry = await this.known(slug);
    const signed = await this.statement.of(entry);
    if (signed === null) throw entry.gone ? new NoLongerInRegister() : new NotAccreditedAtPresent();
    return answer(request, reply, signed, { type: 'application/jwt', cacheControl, elsewhere: 'read' });
  }

  private async picture(slug: string): Promise<string> {
    const entry = await this.known(slug);
    const brand = await this.brands.current();
    const words = this.translations.in(this.settings.defaultLocale);
    return badgeSvg(badgeWords(entry, words, brand.name), brand.colours);
  }

  private async known(slug: string): Promise<RegisterEntry> {
    const entry = await this.register.entry(slug);
    if (!entry) throw new NotInRegister();
    return entry;
  }
}

/** A trade says that it was checked, everybody else which accreditation they hold. */
export function badgeWords(entry: RegisterEntry, words: Words, scheme: string): BadgeWords {
  const [held] = entry.parts
    .filter(({ status }) => status === 'accredited')
    .sort((one, other) => one.until.localeCompare(other.until));
  if (!held) {
    const says = words.t('vetting:badge.not-current');
    return { business: entry.name, says, until: words.t('vetting:badge.see', { scheme }), current: false };
  }
  const says = words.t(held.forListing ? 'vetting:badge.checked' : 'vetting:badge.holds', {
    scheme,
    programme: words.t(held.titleKey),
  });
  return {
    business: entry.name,
    says,
    until: words.t('vetting:badge.until', { date: words.longDate(held.until) }),
    current: true,
  };
}
