import { describe, expect, it } from '@jest/globals';
import { isEnded, isLeadStage, leadStages, nextStages } from './lead-stages.js';
import { RecruitingLead } from './recruiting-lead.entity.js';

const at = new Date('2026-11-21T10:00:00Z');
const leadAt = (stage: (typeof leadStages)[number]) =>
  Object.assign(new RecruitingLead(), { stage, stageSince: new Date(0), nextOn: null, businessId: null });

describe('the way of a lead', () => {
  it.each(leadStages.flatMap((from) => leadStages.map((to) => [from, to] as const)))('from %s to %s', (from, to) => {
    const lead = leadAt(from);
    if (from === to || nextStages(from).includes(to)) {
      lead.goTo(to, '2026-12-01', at);
      expect(lead.stage).toBe(to);
      expect(lead.nextOn).toBe(isEnded(to) ? null : '2026-12-01');
      expect(lead.stageSince).toEqual(from === to ? new Date(0) : at);
    } else {
      expect(() => lead.goTo(to, null, at)).toThrow('recruiting/lead-stage-forbids');
      expect(lead.stage).toBe(from);
    }
  });

  it('never goes back to new, and to joined only with a business', () => {
    for (const from of leadStages) {
      expect(nextStages(from)).not.toContain('new');
      expect(nextStages(from)).not.toContain('joined');
    }
    const lead = leadAt('interested');
    lead.join('b', at);
    expect(lead).toMatchObject({ stage: 'joined', businessId: 'b' });
    lead.unjoin(at);
    expect(lead).toMatchObject({ stage: 'interested', businessId: null });
    expect(() => lead.unjoin(at)).toThrow('recruiting/lead-stage-forbids');
  });

  it('knows its stages', () => {
    expect(leadStages.every(isLeadStage)).toBe(true);
    expect(isLeadStage('won')).toBe(false);
  });
});
