import { Problem } from '@carers/kernel';

/** No such list of a service that the reader may see. */
export class ImportNotFound extends Problem {
  readonly slug = 'import-not-found';
  readonly kind = 'not-found';
  readonly room = 'information-service';
}

/** Somebody else dropped the list, put it in, or decided meanwhile. */
export class ImportMovedOn extends Problem {
  readonly slug = 'import-moved-on';
  readonly kind = 'conflict';
  readonly room = 'information-service';
}

/** The file has no headings and rows, or more than fit into one list. */
export class ImportNotAList extends Problem {
  readonly slug = 'import-not-a-list';
  readonly kind = 'invalid';
  readonly room = 'information-service';
}
