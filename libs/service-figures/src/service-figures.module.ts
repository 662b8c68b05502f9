import { AccessModule, StaffSections } from '@carers/access';
import { PlacesModule } from '@carers/places';
import { Module, type OnModuleInit } from '@nestjs/common';
import { FiguresBoard } from './figures-board.js';
import { FiguresExport } from './figures-export.js';
import { FiguresPages } from './figures.pages.js';
import { FiguresQuery } from './figures-query.js';
import { Recount } from './recount.js';
import { ServiceFigures } from './service-figures.js';
import { BulletinCounting } from './sums/bulletin-counting.js';
import { BulletinSums } from './sums/bulletin-sums.js';
import { DayClosing } from './sums/day-closing.js';
import { DaySums } from './sums/day-sums.js';
import { SumChecks } from './sums/sum-checks.js';
import { SumFigures, SumSchedule } from './sums/sums.jobs.js';

/** The figures themselves, for other libs, for commands and for benches. */
@Module({
  providers: [ServiceFigures, Recount, DaySums, BulletinSums, DayClosing, BulletinCounting, SumChecks],
  exports: [ServiceFigures, DayClosing, BulletinCounting, SumChecks],
})
export class ServiceFiguresModule {}

/** The page of figures. */
@Module({
  imports: [ServiceFiguresModule, AccessModule, PlacesModule],
  controllers: [FiguresPages],
  providers: [FiguresBoard, FiguresExport, FiguresQuery],
})
export class ServiceFiguresWebModule implements OnModuleInit {
  constructor(private readonly sections: StaffSections) {}

  onModuleInit(): void {
    this.sections.add({
      roles: ['carers_service_officer', 'administrator', 'commissioner'],
      href: '/staff/information-service/figures',
      titleKey: 'service-figures:section',
    });
  }
}

/** Work in the background. */
@Module({ imports: [ServiceFiguresModule], providers: [SumSchedule, SumFigures] })
export class ServiceFiguresJobsModule {}
