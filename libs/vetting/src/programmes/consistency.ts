import type { ProgrammeDocument } from './programme-schema.js';

export interface Fault {
  path: string;
  fault: string;
}

/** What a schema cannot say: names that lead nowhere, names twice, bands out of order. */
export function consistencyFaults(document: ProgrammeDocument): Fault[] {
  const faults: Fault[] = [];
  const say = (path: string, fault: string) => faults.push({ path, fault });
  const unique = (path: string, list: readonly { key: string }[]) => {
    const seen = new Set<string>();
    for (const { key } of list) {
      if (seen.has(key)) say(path, `has the key ${key} twice`);
      seen.add(key);
    }
    return seen;
  };
  const facts = unique('facts', document.facts);
  const tiers = unique('tiers', document.tiers);
  const schemes = unique('outsideSchemes', document.outsideSchemes);
  const checks = unique('checks', document.checks);
  const known = (path: string, name: string | undefined, among: ReadonlySet<string>, what: string) => {
    if (name !== undefined && !among.has(name)) say(path, `names ${what} ${name}, which is not there`);
  };

  for (const [name, fact] of Object.entries(document.feeFacts)) known(`feeFacts.${name}`, fact, facts, 'the fact');
  document.tierRules.forEach((rule, at) => {
    known(`tierRules.${at}.tier`, rule.tier, tiers, 'the tier');
    rule.when.forEach(({ fact }, place) => known(`tierRules.${at}.when.${place}`, fact, facts, 'the fact'));
  });
  for (const check of document.checks) {
    const path = `checks.${check.key}`;
    const asked = unique(`${path}.asks`, check.asks);
    unique(`${path}.evidence`, check.evidence);
    for (const tier of check.tiers) known(`${path}.tiers`, tier, tiers, 'the tier');
    for (const scheme of check.insteadBy) known(`${path}.insteadBy`, scheme, schemes, 'the outside scheme');
    for (const { fact } of check.when) known(`${path}.when`, fact, facts, 'the fact');
    for (const { onlyIf } of check.asks) known(`${path}.asks`, onlyIf?.question, asked, 'the question');
    if (typeof check.lasts === 'object' && 'until' in check.lasts) {
      const { until } = check.lasts;
      if (!check.asks.some(({ key, kind }) => key === until && kind === 'date'))
        say(`${path}.lasts.until`, `names ${until}, which is no date question of this check`);
    }
    if (check.asks.some(({ kind }) => kind === 'references') !== (check.references !== undefined))
      say(`${path}.references`, 'must be there if, and only if, the check asks for references');
    if (check.asks.some(({ kind }) => kind === 'people') !== (check.people !== undefined))
      say(`${path}.people`, 'must be there if, and only if, the check asks for people');
    if (check.references && check.references.need > check.references.ask)
      say(`${path}.references.need`, 'is more than are asked for');
  }
  for (const key of document.decision.mayWait) known('decision.mayWait', key, checks, 'the check');
  if (document.decision.mayWait.length > 0 && !document.decision.conditionsAllowed)
    say('decision.mayWait', 'needs conditionsAllowed');
  bandFaults(document, say);
  return faults;
}

function bandFaults(document: ProgrammeDocument, say: (path: string, fault: string) => void): void {
  const begins = document.fees.map(({ inForceFrom }) => inForceFrom);
  if (new Set(begins).size < begins.length) say('fees', 'has two lists in force from the same day');
  document.fees.forEach(({ bands }, at) => {
    bands.forEach(({ upTo }, place) => {
      const last = place === bands.length - 1;
      if ((upTo === null) !== last)
        say(`fees.${at}.bands.${place}.upTo`, 'must be null in the last band, and only there');
      const before = bands[place - 1]?.upTo;
      if (upTo !== null && before != null && before >= upTo) say(`fees.${at}.bands.${place}.upTo`, 'must grow');
    });
  });
}
