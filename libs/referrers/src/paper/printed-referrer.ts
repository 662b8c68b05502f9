/** A referrer as it stands on paper. Nothing of a person. */
export interface PrintedReferrer {
  code: string;
  name: string;
  madeAt: Date;
  /** The carers service that calls, and its telephone. */
  service: string;
  phone: string;
  /** Where the code leads: an address with the code in it. */
  scanned: string;
  /** The same as people type it. */
  typed: string;
}
