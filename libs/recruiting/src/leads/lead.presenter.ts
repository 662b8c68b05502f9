import type { LeadFile } from './lead-files.js';
import { isEnded, type LeadStage, nextStages } from './lead-stages.js';
import type { LeadLine } from './pipeline.js';

const tags: Record<LeadStage, 'yes' | 'no' | 'warn'> = {
  new: 'warn',
  contacted: 'warn',
  interested: 'yes',
  joined: 'yes',
  declined: 'no',
  no_answer: 'no',
};

/** The tag of a stage: its colour and its words. */
export function stageTag(stage: LeadStage): { kind: string; key: string } {
  return { kind: tags[stage], key: `recruiting:stages.${stage}` };
}

/** One line of the list. */
export function lineView(line: LeadLine, regions: ReadonlyMap<string, string>) {
  return {
    href: `/staff/recruiting/${line.id}`,
    name: line.name,
    town: line.town,
    region: regionOf(line, regions),
    categoryKey: line.categorySlug && `businesses:categories.${line.categorySlug}`,
    stage: stageTag(line.stage),
    supporters: line.supporters,
    others: line.others,
    createdAt: line.createdAt,
    nextOn: line.nextOn,
    assignee: line.assignee,
  };
}

/** The region's name, unless it is the town's too. */
function regionOf({ regionId, town }: LeadLine, regions: ReadonlyMap<string, string>): string | null {
  const name = regions.get(regionId ?? '') ?? null;
  return name === town ? null : name;
}

/** The page of a lead. */
export function fileView(
  file: LeadFile,
  facts: { region: string | null; category: string | null; assignee: string | null },
) {
  const { lead, subject, businesses } = file;
  return {
    id: lead.leadId,
    name: subject.name,
    town: subject.town,
    postcode: lead.postcode,
    ...facts,
    categoryKey: facts.category && `businesses:categories.${facts.category}`,
    sourceKey: `recruiting:sources.${lead.source}`,
    askFor: lead.askFor,
    stage: stageTag(lead.stage),
    stageSince: lead.stageSince,
    nextOn: lead.nextOn,
    supporters: lead.supporters,
    others: lead.others,
    createdAt: subject.createdAt,
    lastAskedAt: lead.lastAskedAt,
    mergedInto: lead.mergedInto,
    open: !isEnded(lead.stage) && lead.mergedInto === null,
    joined: lead.stage === 'joined',
    forgotten: lead.forgottenAt !== null,
    // Where it is now comes first: only the next date may change.
    moves: isEnded(lead.stage) ? nextStages(lead.stage) : [lead.stage, ...nextStages(lead.stage)],
    reasons: file.reasons.map((each) => ({ ...each, saidName: each.saidName === subject.name ? null : each.saidName })),
    notes: file.notes,
    merged: file.merged,
    alike: file.alike.map(({ id, name, town }) => ({ value: id, text: town ? `${name}, ${town}` : name })),
    businesses: businesses.map(businessChoice),
    business: file.business,
  };
}

/** A business to choose, with where it is. */
export function businessChoice({ id, name, town }: { id: string; name: string; town?: string | null }) {
  return { value: id, text: town ? `${name}, ${town}` : name };
}
