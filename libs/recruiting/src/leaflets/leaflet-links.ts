import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';

/** Where a leaflet's code leads. */
@Injectable()
export class LeafletLinks {
  constructor(private readonly settings: Settings) {}

  /** What the QR code holds: the page for businesses, which passes the code on to the registration. */
  scanned(code: string): string {
    return `${this.settings.publicUrl}/for-business?from=${code}`;
  }

  /** What people type. */
  get typed(): string {
    return `${new URL(this.settings.publicUrl).host}/for-business`;
  }
}
