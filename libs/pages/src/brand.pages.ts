import { Controller, Get, Header, Req, StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { BrandSource } from './brand.js';
import { Public } from './public.decorator.js';
import { brandIcon, brandIconPng, iconSides } from './web-manifest.js';

/** The scheme's mark as a picture, for browser tabs and home screens. */
@Controller()
@Public()
export class BrandPages {
  private readonly drawn = new Map<string, Promise<Buffer>>();

  constructor(private readonly brands: BrandSource) {}

  @Get('brand-mark.svg')
  @Header('content-type', 'image/svg+xml')
  @Header('cache-control', 'public, max-age=3600')
  async mark(): Promise<string> {
    const { mark } = await this.brands.current();
    return mark.includes('xmlns=') ? mark : mark.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
  }

  @Get('brand-icon.svg')
  @Header('content-type', 'image/svg+xml')
  @Header('cache-control', 'public, max-age=3600')
  async icon(): Promise<string> {
    return brandIcon(await this.brands.current());
  }

  /** For home screens that draw no SVG. Drawn once for each brand and size. */
  @Get(iconSides.map((side) => `brand-icon-${side}.png`))
  @Header('cache-control', 'public, max-age=3600')
  async iconPng(@Req() { url }: FastifyRequest): Promise<StreamableFile> {
    const brand = await this.brands.current();
    const side = iconSides.find((each) => url.startsWith(`/brand-icon-${each}.png`)) ?? 180;
    const asked = `${side} ${brand.colours.seaDeep} ${brand.mark}`;
    const drawn = this.drawn.get(asked) ?? brandIconPng(brand, side);
    this.drawn.delete(asked);
    this.drawn.set(asked, drawn);
    // One brand has three; a few more while it changes.
    if (this.drawn.size > 2 * iconSides.length) this.drawn.delete(this.drawn.keys().next().value!);
    drawn.catch(() => this.drawn.delete(asked));
    return new StreamableFile(await drawn, { type: 'image/png' });
  }
}
