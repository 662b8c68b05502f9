import { type FieldError, InvalidInput } from '@carers/kernel';
import { OutsideTerritory, Places, PostcodeNotValid, postcodeReadings, SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';

/** Where a suggested business is, as far as somebody knew. */
export interface Whereabouts {
  /** Null where only a town was said. */
  postcode: string | null;
  town: string;
  regionId: string | null;
}

/** Makes sense of "town or postcode". */
@Injectable()
export class WhereSaid {
  constructor(
    private readonly places: Places,
    private readonly schemes: SchemeService,
  ) {}

  /**
   * A postcode gives town and region; a town of the scheme gives its region; any other words are kept as they are.
   * @throws InvalidInput (field `where`) for a postcode that there is not, or elsewhere
   */
  async read(typed: string): Promise<Whereabouts> {
    // Only what has a digit: with a letter read as a digit, "Poole" could be a postcode too.
    const [postcode] = /\d/.test(typed) ? postcodeReadings(typed) : [];
    if (postcode) return this.ofPostcode(postcode);
    const wanted = plain(typed);
    for (const region of await this.schemes.regions()) {
      const town = region.towns.find(({ name }) => plain(name) === wanted);
      if (town) return { postcode: null, town: town.name, regionId: region.id };
    }
    return { postcode: null, town: typed, regionId: null };
  }

  private async ofPostcode(postcode: string): Promise<Whereabouts> {
    try {
      const { town, regionId } = await this.places.find(postcode);
      return { postcode, town, regionId };
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      throw new InvalidInput(errors);
    }
  }
}

function errorsOf(problem: unknown): FieldError[] | null {
  if (problem instanceof PostcodeNotValid) return [{ field: 'where', message: 'places:errors.postcode-not-valid' }];
  if (problem instanceof OutsideTerritory) return [{ field: 'where', message: 'recruiting:errors.elsewhere' }];
  return null;
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[^\p{L}\d]+/gu, ' ')
    .trim()
    .toLowerCase();
}
