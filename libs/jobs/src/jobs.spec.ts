import { Database, DatabaseModule, KernelModule } from '@carers/database';
import { SettingsModule } from '@carers/settings';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { testDatabase } from '../../../test/support/database.js';
import { testSettings } from '../../../test/support/settings.js';
import { DueQueues } from './due-queues.js';
import { HandlesJob, type JobHandler } from './handles-job.js';
import { JobName } from './job-name.js';
import { JobRunner } from './job-runner.js';
import { Jobs } from './jobs.js';
import { JobsModule } from './jobs.module.js';
import { Queue } from './queue.js';

const greet = new JobName<{ name: string }>('test.greet', { retries: 0 });
const greeted: string[] = [];

@Injectable()
@HandlesJob(greet)
class Greeter implements JobHandler<{ name: string }> {
  async handle({ name }: { name: string }): Promise<void> {
    if (name === 'nobody') throw new Error('There is nobody.');
    greeted.push(name);
    return Promise.resolve();
  }
}

describe('jobs', () => {
  let module: TestingModule;
  let database: Database;
  let jobs: Jobs;
  let runner: JobRunner;

  beforeAll(async () => {
    const settings = testSettings(await testDatabase(), { DATABASE_POOL_SIZE: '2', DATABASE_WAIT_SECONDS: '20' });
    module = await Test.createTestingModule({
      imports: [
        SettingsModule.with(settings),
        KernelModule,
        DatabaseModule.connectedAs('jobs'),
        JobsModule.for('asks'),
      ],
      providers: [Greeter],
    }).compile();
    module.useLogger(false);
    await module.init();
    database = module.get(Database);
    jobs = module.get(Jobs);
    runner = module.get(JobRunner);
  });
  afterAll(() => module?.close());
  beforeEach(() => void greeted.splice(0));

  it('are asked for on the connection of the change alone, so that many changes at once do not wait for each other', async () => {
    const changes = Array.from({ length: 6 }, (_, number) => `Guest ${number}`);
    await Promise.all(changes.map((name) => database.transaction((tx) => jobs.enqueue(tx, greet, { name }))));
    await runner.drain();
    expect([...greeted].sort()).toEqual(changes);
  });

  it('have to be somebody’s before a worker begins', async () => {
    expect(runner.orphans()).not.toContain(greet.queue);
    const nobodys = new JobName(`test.nobodys-${process.pid}-${Date.now()}`);
    expect(runner.orphans()).toContain(nobodys.queue);
    await expect(runner.start()).rejects.toThrow(nobodys.queue);
  });

  it('are done when the change that asked for them commits', async () => {
    await database.transaction((tx) => jobs.enqueue(tx, greet, { name: 'Ann' }));
    expect(await runner.drain()).toBe(1);
    expect(greeted).toEqual(['Ann']);
  });

  it('are never heard of when it does not', async () => {
    const failing = database.transaction(async (tx) => {
      await jobs.enqueue(tx, greet, { name: 'Bea' });
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await runner.drain()).toBe(0);
  });

  it('with the same key are one job, also when asked for at the same time, and again after it was done', async () => {
    const ask = () => jobs.enqueueAlone(greet, { name: 'Cy' }, { once: 'today' });
    await Promise.all([ask(), ask(), ask()]);
    expect(await runner.drain()).toBe(1);
    await ask();
    expect(await runner.drain()).toBe(0);
  });

  it('wait for their time', async () => {
    const later = new Date(Date.now() + 3_600_000);
    await jobs.enqueueAlone(greet, { name: 'Dee' }, { startAfter: later });
    expect(await runner.drain()).toBe(0);
  });

  it('are seen by one look at all queues, once they are due', async () => {
    const due = () => module.get(DueQueues).among([greet.queue, 'test.another']);
    await jobs.enqueueAlone(greet, { name: 'Eve' }, { startAfter: new Date(Date.now() + 3_600_000) });
    expect(await due()).toEqual([]);
    await jobs.enqueueAlone(greet, { name: 'Fay' });
    expect(await due()).toEqual([greet.queue]);
    await runner.drain();
    expect(await due()).toEqual([]);
  });

  it('that give up are shown to staff, with the reason, and can be tried again', async () => {
    await jobs.enqueueAlone(greet, { name: 'nobody' });
    await expect(runner.drain()).rejects.toThrow('There is nobody.');
    const [failed] = await jobs.failed();
    expect(failed).toMatchObject({ queue: 'test.greet', tries: 1, error: expect.stringContaining('There is nobody.') });
    await jobs.retry(failed!.queue, failed!.id);
    await expect(runner.drain()).rejects.toThrow('There is nobody.');
  });

  it('are kept in order by the queue’s own maintenance', async () => {
    const errors: Error[] = [];
    const { boss } = module.get(Queue);
    boss.on('error', (error) => errors.push(error));
    await boss.supervise();
    expect(errors).toEqual([]);
  });
});
