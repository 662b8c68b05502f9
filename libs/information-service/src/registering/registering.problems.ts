import { Problem } from '@carers/kernel';

/** This person is on the list of another carers service, which has to hand them over first. */
export class RegisteredElsewhere extends Problem {
  readonly slug = 'registered-elsewhere';
  readonly kind = 'conflict';
  readonly room = 'information-service';
}
