import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { Clamd, type Verdict } from './clamd.js';

/** Asks the virus scanner of this installation, where it has one. */
@Injectable()
export class Scanner {
  private readonly clamd: Clamd | null;

  constructor(settings: Settings) {
    this.clamd = settings.clamd && new Clamd(settings.clamd);
  }

  /** What the scanner says; clean where none is set up. @throws ScannerDown */
  async scan(bytes: Uint8Array): Promise<Verdict> {
    return this.clamd ? this.clamd.scan(bytes) : { clean: true };
  }
}
