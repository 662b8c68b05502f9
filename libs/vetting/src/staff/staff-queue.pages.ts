import { For, Who } from '@carers/access';
import { page, type PageResult } from '@carers/pages';
import { Clock } from '@carers/kernel';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { CaseQueue } from '../cases/case-queue.js';
import { shownCaseReference } from '../cases/case-reference.js';
import { waitingFor } from '../cases/vetting-case.entity.js';
import { Programmes } from '../programmes/programmes.js';
import { CaseFileReader } from './case-file.js';
import { tagOf } from './case.view.js';
import { queueQuery } from './staff.forms.js';

const dayInMs = 86_400_000;
/** The tiers of the programmes that ship; a case shows its own programme's words. */
const tiers = ['standard', 'raised', 'high'];

/** The officers' work queue: who has waited longest stands first. */
@For('vetting_officer', 'administrator')
@ApiExcludeController()
@Controller('staff/vetting')
export class StaffQueuePages {
  constructor(
    private readonly queue: CaseQueue,
    private readonly programmes: Programmes,
    private readonly file: CaseFileReader,
    private readonly clock: Clock,
  ) {}

  @Get()
  async list(@Who() who: Who, @Query() given: Record<string, unknown>): Promise<PageResult> {
    const query = queueQuery.parse(given);
    const officer = query.whose === 'mine' ? who.accountId : query.whose === 'nobody' ? 'nobody' : null;
    const filter = {
      waitingFor: query.waiting ?? null,
      tier: query.tier || null,
      officer,
      after: query.cursor ?? null,
    };
    const [{ lines, next }, counts, staff] = await Promise.all([
      this.queue.page(filter),
      this.queue.counts(),
      this.file.staffNames(),
    ]);
    const now = this.clock.now().getTime();
    const rows = await Promise.all(
      lines.map(async (line) => {
        const programme = await this.programmes.version(line.programmeId);
        return {
          href: `/staff/vetting/${line.id}`,
          name: line.businessName,
          reference: shownCaseReference(line.reference),
          programmeTitle: programme.title,
          tierTitle: programme.tiers.find(({ key }) => key === line.tier)?.title ?? null,
          high: line.tier !== null && programme.tiers.at(-1)?.key === line.tier && programme.tiers.length > 1,
          stateKey: `vetting:staff.state.${line.state}`,
          stateTag: tagOf(line.state),
          waitingKey: `vetting:staff.waiting.${line.waitingFor}`,
          officerName: line.officerId && (staff.get(line.officerId) ?? null),
          mine: line.officerId === who.accountId,
          days: Math.floor((now - line.stateSince.getTime()) / dayInMs),
          since: line.stateSince,
        };
      }),
    );
    return page('vetting/staff/queue', {
      form: { waiting: query.waiting ?? '', tier: query.tier ?? '', whose: query.whose ?? '' },
      piles: waitingFor
        .filter((each) => each !== 'nobody')
        .map((each) => ({
          name: each,
          key: `vetting:staff.waiting.${each}`,
          count: counts[each],
          current: each === query.waiting,
        })),
      tiers: tiers.map((value) => ({ value, label: `vetting:staff.tier.${value}` })),
      rows,
      next,
      filtered: Boolean(query.waiting ?? query.tier ?? query.whose),
    });
  }
}
