import { Database } from '@carers/database';
import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PgBoss } from 'pg-boss';
import { knownJobs } from './job-name.js';

/** Whether this process does jobs, or only asks for them. */
export type QueueRole = 'asks' | 'works';
export const QUEUE_ROLE = Symbol('whether this process works on jobs');

const schema = 'queue';

/** The queue in PostgreSQL, on the data source's own connections. */
@Injectable()
export class Queue implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('queue');
  readonly boss: PgBoss;

  constructor(database: Database, @Inject(QUEUE_ROLE) role: QueueRole) {
    this.boss = new PgBoss({
      // The whole result, since maintenance sends several statements at once and gets a list of them.
      db: { executeSql: (text, values) => database.pool.query(text, values) },
      schema,
      migrate: false,
      createSchema: false,
      schedule: false,
      supervise: role === 'works',
    });
    this.boss.on('error', (error) => this.logger.error(error.message));
  }

  async onModuleInit(): Promise<void> {
    await this.boss.start();
    if (!(await makeQueues(this.boss))) return;
    // It reads the list of queues when it starts. One that is not in the list it would look for when a job is sent, on a
    // second connection beside that of the transaction: as many senders as there are connections then wait for ever.
    await this.boss.stop({ graceful: false, close: false });
    await this.boss.start();
  }

  /** Lets running jobs finish for up to 10 seconds. */
  async onApplicationShutdown(): Promise<void> {
    await this.boss.stop({ graceful: true, timeout: 10_000, close: false });
  }
}

/** Makes or brings up to date the queue's own tables, and a queue for each job. Part of migrating. */
export async function installQueue(databaseUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: databaseUrl, schema, schedule: false, supervise: false, max: 2 });
  boss.on('error', () => undefined); // start() rejects with the same error
  await boss.start();
  try {
    await makeQueues(boss);
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** Whether one was missing. */
async function makeQueues(boss: PgBoss): Promise<boolean> {
  const present = new Set((await boss.getQueues()).map(({ name }) => name));
  const missing = knownJobs().filter(({ queue }) => !present.has(queue));
  for (const { queue, rules } of missing) {
    await boss.createQueue(queue, {
      policy: 'standard',
      retryLimit: rules.retries ?? 5,
      retryDelay: 5,
      retryBackoff: true,
      retryDelayMax: 3600,
      expireInSeconds: rules.expiresAfter ?? 120,
      retentionSeconds: 30 * 86_400,
      deleteAfterSeconds: 7 * 86_400,
    });
  }
  return missing.length > 0;
}
