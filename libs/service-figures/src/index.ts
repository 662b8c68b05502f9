export { type Figure, type Flow, flows, type Part, type Stock, stocks } from './figures.js';
export { type FigureRow, type MonthCount, ServiceFigures, type StockCount } from './service-figures.js';
export { ServiceFiguresModule, ServiceFiguresWebModule } from './service-figures.module.js';
