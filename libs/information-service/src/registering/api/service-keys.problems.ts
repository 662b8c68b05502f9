import { Problem } from '@carers/kernel';

/** No key, or one that is no service's (any more). */
export class ServiceKeyRefused extends Problem {
  readonly slug = 'service-key-refused';
  readonly kind = 'unauthenticated';
  readonly room = 'information-service';
}

/** The key may not be used for this: it was made without it. */
export class ServiceKeyNotForThis extends Problem {
  readonly slug = 'service-key-not-for-this';
  readonly kind = 'forbidden';
  readonly room = 'information-service';
}

/** No such key of a service that the reader may see, or it was revoked. */
export class ServiceKeyNotFound extends Problem {
  readonly slug = 'service-key-not-found';
  readonly kind = 'not-found';
  readonly room = 'information-service';
}

/** The `Idempotency-Key` is missing or too long. */
export class IdempotencyKeyNeeded extends Problem {
  readonly slug = 'idempotency-key-needed';
  readonly kind = 'invalid';
  readonly room = 'information-service';
}
