export type { BulletinSettings, DkimSettings } from './bulletin-settings.js';
export { createLogger, NestLog } from './logging.js';
export { currentEnvironment, dataFolder, type Environment, readSettings } from './read-settings.js';
export { isVatNumber, type SellerSettings } from './seller-settings.js';
export { SettingsModule } from './settings.module.js';
export {
  Settings,
  SettingsInvalid,
  type ClamdSettings,
  type CompaniesHouseSettings,
  type EncryptionKey,
  type NotifySettings,
  type StripeSettings,
} from './settings.js';
