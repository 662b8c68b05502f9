export { type Figure, type Flow, flows, type Part, type Stock, stocks } from './figures.js';
export { type FigureRow, type MonthCount, type MonthPeople, type StockCount } from './recount.js';
export { ServiceFigures } from './service-figures.js';
export { ServiceFiguresJobsModule, ServiceFiguresModule, ServiceFiguresWebModule } from './service-figures.module.js';
export { BulletinCounting } from './sums/bulletin-counting.js';
export { DayClosing } from './sums/day-closing.js';
export { SumChecks, type SumDifference } from './sums/sum-checks.js';
