import { z } from 'zod';

export const hoursWrong = 'cards:hours.wrong';

/** About how many hours a week somebody cares: a box that may be left empty, which is null. */
export const hoursOfCaringBox = z
  .unknown()
  .optional()
  .transform((given, context): number | null => {
    const typed = typeof given === 'string' || typeof given === 'number' ? String(given).trim() : '';
    if (!typed) return null;
    const hours = /^\d{1,3}$/.test(typed) ? Number(typed) : 0;
    if (hours >= 1 && hours <= 168) return hours;
    context.addIssue({ code: 'custom', message: hoursWrong });
    return z.NEVER;
  });

export const hoursForm = z.object({ hoursOfCaring: hoursOfCaringBox });
