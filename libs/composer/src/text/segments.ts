import { whenUsed } from '@carers/kernel';

const calculator = whenUsed<typeof import('sms-segments-calculator')>('sms-segments-calculator');

/** What a text message is sent and paid in. */
export interface Segments {
  segments: number;
  encoding: 'GSM-7' | 'UCS-2';
}

/** Signs that each take one place of GSM 03.38's basic alphabet; with nothing else, length alone decides. */
const usual = /^[\n !-Z_a-z£]+$/;

/** Into how many parts a text is cut. Most are of usual signs, for which the whole reckoning would take milliseconds. */
export function segmentsOf(text: string): Segments {
  if (usual.test(text)) return { segments: text.length <= 160 ? 1 : Math.ceil(text.length / 153), encoding: 'GSM-7' };
  const { segmentsCount: segments, encodingName: encoding } = new (calculator().SegmentedMessage)(text);
  return { segments, encoding };
}
