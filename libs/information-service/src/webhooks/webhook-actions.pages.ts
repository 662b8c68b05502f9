import { For, Who } from '@carers/access';
import { redirect, type RedirectResult } from '@carers/pages';
import { WebhookDeliveries, WebhookEndpoints } from '@carers/webhooks';
import { Controller, Param, Post } from '@nestjs/common';
import { OwnWebhooks } from './own-webhooks.js';
import { back } from './webhook.pages.js';

/** The buttons of a webhook's page: each does one thing and goes back there. */
@Controller('staff/information-service/webhooks/:id')
@For('carers_service_officer', 'administrator')
export class WebhookActionPages {
  constructor(
    private readonly own: OwnWebhooks,
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: WebhookDeliveries,
  ) {}

  @Post('test')
  async test(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.own.find(id, who);
    await this.endpoints.test(id, who.actor());
    return back(id, 'tested');
  }

  @Post('on')
  async on(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.own.find(id, who);
    await this.endpoints.turn(id, true, who.actor());
    return back(id, 'turned-on');
  }

  @Post('off')
  async off(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.own.find(id, who);
    await this.endpoints.turn(id, false, who.actor());
    return back(id, 'turned-off');
  }

  @Post('old-secret')
  async endOldSecret(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.own.find(id, who);
    await this.endpoints.endOldSecret(id, who.actor());
    return back(id, 'old-secret-ended');
  }

  @Post('remove')
  async remove(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.own.find(id, who);
    await this.endpoints.remove(id, who.actor());
    return redirect('/staff/information-service/webhooks', 303, { notice: 'information-service:webhooks.removed' });
  }

  @Post('failed/replay')
  async replayFailed(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.own.find(id, who);
    await this.deliveries.replayFailed(id, who.actor());
    return back(id, 'again');
  }

  @Post('deliveries/:delivery/replay')
  async replay(@Who() who: Who, @Param('id') id: string, @Param('delivery') delivery: string): Promise<RedirectResult> {
    await this.own.find(id, who);
    await this.deliveries.replay(id, delivery, who.actor());
    return back(id, 'again');
  }
}
