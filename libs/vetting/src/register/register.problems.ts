import { Problem } from '@carers/kernel';

/** No business with this address ever held an accreditation. */
export class NotInRegister extends Problem {
  readonly room = 'vetting';
  readonly slug = 'not-in-register';
  readonly kind = 'not-found';
}

/** The business takes part no more, or its accreditation was ended for good. */
export class NoLongerInRegister extends Problem {
  readonly room = 'vetting';
  readonly slug = 'no-longer-in-register';
  readonly kind = 'gone';
}

/** The business is in the register and holds no accreditation at present, so nothing is signed that says it does. */
export class NotAccreditedAtPresent extends Problem {
  readonly room = 'vetting';
  readonly slug = 'not-accredited-at-present';
  readonly kind = 'not-found';
}
