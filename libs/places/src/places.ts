import { Injectable } from '@nestjs/common';
import { Atlas, type Located, type Place } from './atlas.js';
import { Gazetteer } from './gazetteer.js';
import type { SchemeInForce } from './scheme-in-force.js';
import { SchemeService } from './scheme.service.js';

/** Finds people's postcodes on the scheme's map: in memory, the scheme looked at again every few seconds. */
@Injectable()
export class Places {
  private drawn: { scheme: SchemeInForce; atlas: Atlas } | null = null;

  constructor(private readonly schemes: SchemeService) {}

  /**
   * The region and position of a postcode of the territory, however typed; see `Atlas.find`.
   * @throws PostcodeNotValid, OutsideTerritory
   */
  async find(typed: string): Promise<Place> {
    return (await this.atlas()).find(typed);
  }

  /**
   * The position of any postcode of Great Britain or Northern Ireland, however typed.
   * @throws PostcodeNotValid
   */
  async locate(typed: string): Promise<Located> {
    return (await this.atlas()).locate(typed);
  }

  /** The map itself, for many look-ups in a row without waiting in between. */
  async atlas(): Promise<Atlas> {
    const scheme = await this.schemes.current();
    if (this.drawn?.scheme !== scheme) this.drawn = { scheme, atlas: new Atlas(Gazetteer.load(), scheme) };
    return this.drawn.atlas;
  }
}
