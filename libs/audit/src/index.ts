export { Audit, type Actor, type AuditEntry } from './audit.js';
export { AuditEvent, type ActorKind } from './audit-event.entity.js';
export { AuditModule } from './audit.module.js';
export { currentOrigin, withOrigin, type Origin } from './origin.js';
