import { JobName } from '@carers/jobs';

/** Asking the scanner about a file that is held. */
export const scanHeld = new JobName<{ fileId: string }>('evidence.scan-held', { expiresAfter: 120 });

const minutesBefore = [1, 2, 5, 15, 30];

/** When the scanner is asked again after so many tries in vain: soon at first, then every hour, for as long as it takes. */
export function askAgainAt(now: Date, tries: number): Date {
  return new Date(now.getTime() + (minutesBefore[tries] ?? 60) * 60_000);
}
