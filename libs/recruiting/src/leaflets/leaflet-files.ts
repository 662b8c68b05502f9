import { BrandSource, type Words } from '@carers/pages';
import { Injectable, StreamableFile } from '@nestjs/common';
import type { Leaflet } from './leaflet.entity.js';
import { LeafletLinks } from './leaflet-links.js';
import { type LeafletPaper, leafletPdf } from './leaflet-pdf.js';
import { Leaflets } from './leaflets.js';

/** Leaflets as files to print. */
@Injectable()
export class LeafletFiles {
  constructor(
    private readonly leaflets: Leaflets,
    private readonly links: LeafletLinks,
    private readonly brands: BrandSource,
  ) {}

  /** The file of a leaflet; that it was fetched is counted. */
  async fetch(leaflet: Leaflet, paper: LeafletPaper, words: Words): Promise<StreamableFile> {
    const { code, madeAt, kind } = leaflet;
    const printed = {
      code,
      madeAt,
      scanned: this.links.scanned(code),
      typed: this.links.typed,
      fromCarer: kind === 'cardholder',
    };
    const file = await leafletPdf(printed, { brand: await this.brands.current(), words }, { paper });
    await this.leaflets.countDownload(leaflet.id);
    return new StreamableFile(file, {
      type: 'application/pdf',
      disposition: `inline; filename="leaflet-${code}-${paper}.pdf"`,
    });
  }
}

/** The paper that somebody asked for; A5 unless it is A4. */
export function paperOf(asked: unknown): LeafletPaper {
  return asked === 'a4' ? 'a4' : 'a5';
}
