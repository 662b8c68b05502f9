import { Problem } from '@carers/kernel';

/** There is no such message, or not for this person. */
export class AutomaticMessageNotFound extends Problem {
  readonly slug = 'automatic-message-not-found';
  readonly kind = 'not-found';
  readonly room = 'automatic-messages';
}

/** Law or safety needs it: it is always sent, in the program's words. */
export class AutomaticMessageFixed extends Problem {
  readonly slug = 'automatic-message-fixed';
  readonly kind = 'conflict';
  readonly room = 'automatic-messages';
}

/** The account of whoever writes has no address of that kind. */
export class NowhereToSendTest extends Problem {
  readonly slug = 'nowhere-to-send-message-test';
  readonly kind = 'conflict';
  readonly room = 'automatic-messages';
}
