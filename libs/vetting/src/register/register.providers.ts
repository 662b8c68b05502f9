import { BadgeController } from './badge.controller.js';
import { BadgeStatement } from './badge-statement.js';
import { OwnerBadgePages } from './owner-badge.pages.js';
import { Register } from './register.js';
import { RegisterController } from './register.controller.js';
import { RegisterMarks } from './register-marks.js';
import { RegisterSitemap } from './register-sitemap.js';
import { RegisterPages } from './register.pages.js';
import { RegisterReviews } from './register-reviews.js';

/** The public register, for other libs. */
export const registerServices = [Register, RegisterReviews];

/** Its pages, its API, and the badge. */
export const registerControllers = [RegisterController, BadgeController, RegisterPages, OwnerBadgePages];
export const registerWebServices = [BadgeStatement, RegisterMarks, RegisterSitemap];
