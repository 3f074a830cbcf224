import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isObject, isText } from '../../../../shared/json';
import type { Answered, NotAnswered } from '../../../../shared/transport';
import { send, traceHeaders } from '../../../../shared/transport';

/** A label is a few kB; a partner's megabytes do not go into Odoo. */
const LARGEST_LABEL = 700_000;

/**
 * Books one shipment an item. Every item leaves with its result: on the first output when it is booked, on the second
 * when it is not. The idempotency key makes a repeat harmless, so a timeout or a server error is tried once more.
 */
export async function bookShipment(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const booked: INodeExecutionData[] = [];
	const open: INodeExecutionData[] = [];
	for (const [index, item] of context.getInputData().entries()) {
		const effect = isObject(item.json.effect) ? item.json.effect : {};
		const key = isText(effect.key) ? effect.key : String(item.json.event_id);
		const data = isObject(item.json.data) ? item.json.data : {};
		const answer = await send(context, {
			credential: 'gatehousePartnerApi',
			path: '/v1/carrier/bookings',
			body: { ...data, id: item.json.event_id },
			headers: { ...traceHeaders(context.getExecutionId(), [item]), 'Idempotency-Key': key },
			timeout: context.getNodeParameter('timeout', 0, 3000) as number,
			retries: 1,
			retryOn: 'connection, timeout and 5xx',
		});
		const result = bookingResult(answer);
		(result.outcome === 'done' ? booked : open).push({ json: { ...item.json, result }, pairedItem: { item: index } });
	}
	return [booked, open];
}

/** What the carrier's answer means. A timeout is unknown: the booking may stand there. */
export function bookingResult(answer: Answered | NotAnswered): IDataObject {
	if (!answer.ok) {
		if (answer.kind === 'timeout') return { outcome: 'unknown', detail: answer.reason };
		const mended = answer.kind === 'status' && answer.status < 500 && ![401, 403, 404, 408, 425, 429].includes(answer.status);
		return { outcome: mended ? 'refused' : 'failed', detail: answer.reason };
	}
	const problem = bookingProblem(answer.body);
	if (problem) return { outcome: 'unknown', detail: `answer outside the contract: ${problem}` };
	const { booking_id, tracking_number, tracking_url, label, cost } = answer.body as IDataObject;
	return { outcome: 'done', reference: tracking_number, attributes: { booking_id, tracking_number, tracking_url: tracking_url ?? null, label: label ?? null, cost: cost ?? null } };
}

function bookingProblem(body: unknown): string | undefined {
	if (!isObject(body)) return 'it is not a JSON object';
	for (const name of ['booking_id', 'tracking_number']) {
		const value = body[name];
		if (!isText(value) || value.length > 100) return `${name} is missing`;
	}
	if (body.tracking_url !== undefined && body.tracking_url !== null && !/^https:\/\/\S{1,400}$/.test(String(body.tracking_url))) return 'tracking_url is no https address';
	if (body.label === undefined || body.label === null) return undefined;
	if (!isObject(body.label) || !isText(body.label.base64)) return 'label has no content';
	if (body.label.content_type !== 'application/pdf') return 'label is no PDF';
	return body.label.base64.length > LARGEST_LABEL ? 'label is too large' : undefined;
}
