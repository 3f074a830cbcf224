import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { isObject, isText } from '../../shared/json';
import type { Refusal } from './refusal';

export const AREAS = ['sales', 'procurement', 'inventory', 'finance', 'service', 'other', 'messages', 'shipping', 'feedback', 'reconciliation', 'documents', 'alerts'] as const;
export type Area = (typeof AREAS)[number];

const LARGEST_BATCH = 100;
/** As far as two clocks may lie apart, which is what the signature allows too. */
const TOLERANCE_MS = 300_000;
const AREA_OF_PREFIX: Record<string, Area> = {
	sale: 'sales',
	purchase: 'procurement',
	supplier: 'procurement',
	vendor: 'procurement',
	stock: 'inventory',
	inventory: 'inventory',
	account: 'finance',
	receivable: 'finance',
	payment: 'finance',
	return: 'service',
	email: 'service',
	shipment: 'service',
	message: 'messages',
	ai: 'feedback',
	alert: 'alerts',
	reconciliation: 'reconciliation',
};

/** Types whose work is not that of their area. */
const AREA_OF_TYPE: Record<string, Area> = { 'stock.picking.validated': 'shipping', 'supplier.document.received': 'documents' };

export function batchRefusal(body: unknown): Refusal | undefined {
	const events = isObject(body) ? body.events : undefined;
	if (!Array.isArray(events)) {
		return { status: 400, code: 'batch_invalid', message: 'events: must be a list of events' };
	}
	if (events.length < 1 || events.length > LARGEST_BATCH) {
		return { status: 400, code: 'batch_invalid', message: `events: must hold 1 to ${LARGEST_BATCH} events, holds ${events.length}` };
	}
	return undefined;
}

/** One item an event, on the output of its area; a malformed event goes to `other` and names the field. What a batch holds twice is one item. */
export function routeEvents(events: unknown[], now = Date.now()): INodeExecutionData[][] {
	const outputs: INodeExecutionData[][] = AREAS.map(() => []);
	const seen = new Set<string>();
	for (const event of events) {
		const content = JSON.stringify(event);
		if (seen.has(content)) continue;
		seen.add(content);
		const problem = eventProblem(event) ?? timeProblem((event as IDataObject).occurred_at, now);
		const fields: IDataObject = isObject(event) ? event : { event: event as IDataObject };
		const json: IDataObject = { ...fields, checks: [] };
		if (problem) json.problem = problem;
		outputs[AREAS.indexOf(problem ? 'other' : areaOf(String(json.type)))]?.push({ json });
	}
	return outputs;
}

export function areaOf(type: string): Area {
	if (Object.hasOwn(AREA_OF_TYPE, type)) return AREA_OF_TYPE[type] ?? 'other';
	const [prefix = ''] = type.split('.', 1);
	return (Object.hasOwn(AREA_OF_PREFIX, prefix) && AREA_OF_PREFIX[prefix]) || 'other';
}

function eventProblem(event: unknown): string | undefined {
	if (!isObject(event)) return 'event: must be an object';
	if (!isText(event.event_id)) return 'event_id: must be a text';
	if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(event.event_id)) return 'event_id: must be a UUID';
	if (!isText(event.type) || !/^[a-z_]+(\.[a-z_]+)+$/.test(event.type)) return 'type: must be dotted words such as sale.order.confirmed';
	if (!isObject(event.document)) return 'document: must be an object';
	if (!isText(event.document.model)) return 'document.model: must be a text';
	if (!Number.isSafeInteger(event.document.id) || Number(event.document.id) < 1) return 'document.id: must be a positive whole number';
	if (event.data !== undefined && !isObject(event.data)) return 'data: must be an object';
	return undefined;
}

/** An event from the future was raised by a clock that is wrong: what it says of deadlines and prices of a day is too. */
function timeProblem(at: unknown, now: number): string | undefined {
	if (at === undefined) return undefined;
	const moment = isText(at) ? Date.parse(at) : Number.NaN;
	if (Number.isNaN(moment)) return 'occurred_at: must be an ISO 8601 time';
	if (moment > now + TOLERANCE_MS) return `occurred_at: ${at} lies in the future; set the clock of the machine that raised the event, then look at its document`;
	return undefined;
}
