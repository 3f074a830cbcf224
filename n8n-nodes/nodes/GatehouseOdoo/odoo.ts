import type { IDataObject, IExecuteFunctions, INodeExecutionData, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError, sleep } from 'n8n-workflow';

import { isObject } from '../../shared/json';
import { send, traceHeaders } from '../../shared/transport';

const RETRIES = 2;
const FIRST_PAUSE_MS = 250;

/** Calls a method of Odoo; every method called here is idempotent, so it is tried again when Odoo may not have answered. */
export async function callOdoo(context: IExecuteFunctions, items: INodeExecutionData[], method: string, body: IDataObject): Promise<unknown> {
	const result = await send(context, {
		credential: 'gatehouseOdooApi',
		path: `/json/2/${method}`,
		body,
		headers: traceHeaders(context.getExecutionId(), items),
		timeout: context.getNodeParameter('timeout', 0, 20000) as number,
		retries: RETRIES,
		retryOn: 'connection, timeout and 5xx',
		pause: async (attempt) => await sleep(FIRST_PAUSE_MS * 4 ** attempt),
	});
	if (result.ok) return result.body;
	throw new NodeApiError(context.getNode(), { message: result.reason } as JsonObject, {
		message: `Odoo ${method}: ${result.reason}`,
		httpCode: String(result.status || result.kind),
	});
}

export async function callOdooForList(context: IExecuteFunctions, items: INodeExecutionData[], method: string, body: IDataObject): Promise<IDataObject[]> {
	const answer = await callOdoo(context, items, method, body);
	if (!Array.isArray(answer)) throw new NodeOperationError(context.getNode(), `Odoo ${method}: the answer is not a list`);
	return answer.filter(isObject);
}
