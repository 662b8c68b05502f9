/** How far a business is on its way: the last three end it, for now or for good. */
export const leadStages = ['new', 'contacted', 'interested', 'joined', 'declined', 'no_answer'] as const;
export type LeadStage = (typeof leadStages)[number];

/**
 * Where staff may put a lead from each stage. Everything that ended can be opened again; nothing goes back to new, and
 * joined is what linking a business makes of it, never a choice of its own.
 */
const moves: Record<LeadStage, readonly LeadStage[]> = {
  new: ['contacted', 'interested', 'declined', 'no_answer'],
  contacted: ['interested', 'declined', 'no_answer'],
  interested: ['contacted', 'declined', 'no_answer'],
  joined: [],
  declined: ['contacted', 'interested'],
  no_answer: ['contacted', 'interested', 'declined'],
};

/** The stages that a lead may go to next by hand. */
export function nextStages(from: LeadStage): readonly LeadStage[] {
  return moves[from];
}

/** Nobody follows it up any more. */
export function isEnded(stage: LeadStage): boolean {
  return stage === 'joined' || stage === 'declined' || stage === 'no_answer';
}

export function isLeadStage(text: unknown): text is LeadStage {
  return (leadStages as readonly unknown[]).includes(text);
}
