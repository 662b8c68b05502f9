import { Database } from '@carers/database';
import { Queue } from '@carers/jobs';
import { Public } from '@carers/pages';
import { Controller, Get, Header } from '@nestjs/common';
import { HealthCheck, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { ApiExcludeController } from '@nestjs/swagger';

/** Whether this process is alive, and whether what it needs answers. For load balancers and the launcher. */
@Public()
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
    private readonly queue: Queue,
  ) {}

  @Get('live')
  @Header('Cache-Control', 'no-store')
  live() {
    return { status: 'ok' };
  }

  /** 200 when the database and the queue's tables answer, else 503. */
  @Get('ready')
  @Header('Cache-Control', 'no-store')
  @HealthCheck()
  async ready() {
    return this.health.check([
      () => this.answers('database', () => this.database.query('SELECT 1')),
      () => this.answers('queue', () => this.queue.boss.isInstalled()),
    ]);
  }

  private async answers(name: string, ask: () => Promise<unknown>) {
    const indicator = this.indicators.check(name);
    try {
      return (await ask()) ? indicator.up() : indicator.down();
    } catch {
      return indicator.down();
    }
  }
}
