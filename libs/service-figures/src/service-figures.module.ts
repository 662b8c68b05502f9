import { AccessModule, StaffSections } from '@carers/access';
import { PlacesModule } from '@carers/places';
import { Module, type OnModuleInit } from '@nestjs/common';
import { FiguresBoard } from './figures-board.js';
import { FiguresExport } from './figures-export.js';
import { FiguresPages } from './figures.pages.js';
import { FiguresQuery } from './figures-query.js';
import { ServiceFigures } from './service-figures.js';

/** The figures themselves, for other libs and for benches. */
@Module({ providers: [ServiceFigures], exports: [ServiceFigures] })
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
