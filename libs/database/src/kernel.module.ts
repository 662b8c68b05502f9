import { Chance, Clock, Ids, SystemChance, SystemClock } from '@carers/kernel';
import { Global, Module } from '@nestjs/common';

/** Time, ids and chance for injection. The kernel itself knows no framework, so its module stands here. */
@Global()
@Module({
  providers: [
    { provide: Clock, useClass: SystemClock },
    { provide: Chance, useClass: SystemChance },
    { provide: Ids, useFactory: (clock: Clock, chance: Chance) => new Ids(clock, chance), inject: [Clock, Chance] },
  ],
  exports: [Clock, Chance, Ids],
})
export class KernelModule {}
