import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One question as plain JSON, and the whole answer expected. */
export interface Vector {
  name: string;
  question: {
    terms: Record<string, unknown>;
    branchId: string | null;
    at: string;
    card: { kind: 'adult' | 'young' | 'test'; bornOn?: string; age?: number; hoursOfCaring?: number } | null;
    basketPence?: number;
    usage?: { card: number; today: number; total: number };
    listAgeDays?: number;
  };
  expect:
    | { usable: true; remaining: number | null; savingPence: number | null }
    | { usable: false; reason: string; nextUsableAt: string | null; remaining: number | null };
}

type Question = Vector['question'];
type Case = Partial<Question> & { name: string; at: string; expect: Vector['expect'] };

/** All vectors of this folder, defaults filled in. Names begin with their file's, so that a failing one is found. */
export function readVectors(): Vector[] {
  const folder = import.meta.dirname;
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().flatMap((file) => {
    const { defaults, cases } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      defaults: Omit<Question, 'at'>;
      cases: Case[];
    };
    return cases.map(({ name, expect, terms, ...given }) => ({
      name: `${file.slice(0, -'.json'.length)}: ${name}`,
      question: { ...defaults, ...given, terms: { ...defaults.terms, ...terms } },
      expect,
    }));
  });
}
