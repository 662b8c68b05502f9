import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '@carers/kernel';
import { z } from 'zod';

const folder = join(projectRoot, 'libs/demo/data');

const staff = z.strictObject({
  role: z.enum(['administrator', 'registrar', 'vetting_officer', 'carers_service_officer', 'commissioner']),
  /** What the welcome calls them. */
  title: z.string(),
  name: z.string(),
  email: z.email(),
  /** Slug of the one carers service an officer works for. */
  carersService: z.string().optional(),
});

const peopleFile = z.strictObject({ staff: z.array(staff) });

export type StaffPerson = z.infer<typeof staff>;

async function read<T>(name: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')));
}

/** Who works for the scheme. */
export const readPeople = () => read('people.json', peopleFile);
