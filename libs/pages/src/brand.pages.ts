import { Controller, Get, Header } from '@nestjs/common';
import { BrandSource } from './brand.js';
import { Public } from './public.decorator.js';
import { brandIcon } from './web-manifest.js';

/** The scheme's mark as a picture, for browser tabs and home screens. */
@Controller()
@Public()
export class BrandPages {
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
}
