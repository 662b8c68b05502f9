import { BusinessEvents, type HomeWork } from '@carers/businesses';
import { Clock } from '@carers/kernel';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Actor } from '@carers/audit';
import { VettingCases } from '../cases/vetting-cases.js';
import type { Facts, Programme } from '../programmes/programme.js';
import { Programmes } from '../programmes/programmes.js';

/** The program opens the case: whoever registers has no account that could act yet. */
const bySystem: Actor = { kind: 'system', id: 'vetting.registered' };

/** Opens the case of a trade as it joins, with what it said about its work, so that it need not say it again. */
@Injectable()
export class RegisteredListener implements OnModuleInit {
  constructor(
    private readonly events: BusinessEvents,
    private readonly clock: Clock,
    private readonly programmes: Programmes,
    private readonly cases: VettingCases,
  ) {}

  onModuleInit(): void {
    this.events.on('registered', async (tx, { businessId, homeWork }) => {
      if (!homeWork) return;
      const inForce = await this.programmes.inForce(this.clock.today(), tx);
      for (const programme of inForce.filter(({ mustHave }) => mustHave?.worksInHomes)) {
        const answers = factsFrom(homeWork, programme);
        await this.cases.open(tx, { businessId, programme: programme.slug, answers }, bySystem);
      }
    });
  }
}

/** What was said at joining as facts of a programme, where it asks for the same; the rest is asked in the case. */
export function factsFrom(homeWork: HomeWork, programme: Pick<Programme, 'facts' | 'feeFacts'>): Facts {
  const facts: Record<string, number | string[]> = {};
  for (const [fact, said] of [
    ['work', homeWork.tasks],
    ['whom', homeWork.customers],
  ] as const) {
    const question = programme.facts.find(({ key, kind }) => key === fact && kind === 'choices');
    const known = said.filter((each) => question?.choices?.some(({ key }) => key === each));
    if (known.length > 0 && known.length === said.length) facts[fact] = [...known];
  }
  for (const name of ['employees', 'premises', 'tradingNames'] as const) {
    const fact = programme.feeFacts[name];
    if (fact !== undefined) facts[fact] = homeWork[name];
  }
  return facts;
}
