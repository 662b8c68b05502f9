import { readPence } from '@carers/payments';
import { z } from 'zod';

/** £100,000: more is a slip. */
const highestPrice = 10_000_000;
const price = z
  .string({ error: 'vetting:errors.price-missing' })
  .refine((text) => text.trim() !== '', { error: 'vetting:errors.price-missing' })
  .refine((text) => text.trim() === '' || (readPence(text) ?? Infinity) <= highestPrice, {
    error: 'vetting:errors.price-wrong',
  })
  .transform((text) => readPence(text) ?? 0);

/** What an application and each year cost, in pounds before VAT; 0 where it is free. */
export const priceForm = z.object({ application: price, annual: price });
