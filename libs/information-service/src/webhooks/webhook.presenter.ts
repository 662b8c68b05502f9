import type { LocalDate } from '@carers/kernel';
import type { DeliveryCounts, DeliveryLine, WebhookEndpoint } from '@carers/webhooks';
import { subscriberEventTypes } from './subscriber-webhooks.js';

const path = '/staff/information-service/webhooks';
const words = 'information-service:webhooks';

/** Types as choices of a form: a dot would end a catalogue key. */
export const typeChoices = subscriberEventTypes.map((type) => ({ value: type, label: typeKey(type) }));

/** One line of the list of webhooks. */
export function endpointLine(endpoint: WebhookEndpoint, counts: DeliveryCounts, service: string) {
  return {
    href: `${path}/${endpoint.id}`,
    url: endpoint.url,
    service,
    stateKey: stateKey(endpoint),
    tag: endpoint.offReason ? 'no' : counts.failed > 0 ? 'warn' : 'yes',
    counts,
  };
}

export function stateKey({ offReason }: WebhookEndpoint): string {
  return `${words}.states.${offReason ?? 'on'}`;
}

/** One delivery, with what may be done about it. */
export function deliveryView(line: DeliveryLine, endpointId: string) {
  return {
    ...line,
    typeKey: typeKey(line.type),
    stateKey: `${words}.delivery.${line.state}`,
    tag: { waiting: 'warn', delivered: 'yes', failed: 'no' }[line.state],
    faultKey: line.lastFault && `${words}.faults.${line.lastFault}`,
    again: line.state === 'waiting' ? null : `${path}/${endpointId}/deliveries/${line.id}/replay`,
  };
}

/** The first instant of a day in London, or the hour before it in winter: an hour too many is sent, never one too few. */
export function startOf(day: LocalDate): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 3_600_000);
}

function typeKey(type: string): string {
  return `${words}.types.${type.split('.')[1]}`;
}
