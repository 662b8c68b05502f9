import type { FieldError } from '@carers/kernel';
import { OutsideTerritory, PostcodeNotValid } from '@carers/places';

/** What is wrong with a postcode, as the error of a form's field; any other error is thrown on. */
export function postcodeErrors(problem: unknown, field = 'postcode'): FieldError[] {
  if (problem instanceof PostcodeNotValid) return [{ field, message: 'places:errors.postcode-not-valid' }];
  if (problem instanceof OutsideTerritory) {
    return [{ field, message: 'businesses:errors.outside-territory', params: problem.params }];
  }
  throw problem;
}
