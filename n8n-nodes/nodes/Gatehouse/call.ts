import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { OUTSIDE_CONTRACT } from '../../shared/check';
import { isObject } from '../../shared/json';
import type { NotAnswered } from '../../shared/transport';
import { send, traceHeaders } from '../../shared/transport';
import { answerProblem } from './answer';

export interface Answer {
	body: IDataObject;
	latency: number;
}

export interface Failure {
	reason: string;
	/** Position and problem of the entries that the service refused by name; the others may be sent again. */
	refused: Map<number, string>;
}

export interface Ask {
	credential: string;
	path: string;
	list: string;
	head: string[];
	entries: IDataObject[];
}

/** One call; what goes wrong comes back as a reason, never as an exception. */
export async function ask(context: IExecuteFunctions, items: INodeExecutionData[], { credential, path, list, head, entries }: Ask): Promise<Answer | Failure> {
	const started = Date.now();
	const result = await send(context, {
		credential,
		path,
		body: { [list]: entries },
		headers: traceHeaders(context.getExecutionId(), items),
		timeout: context.getNodeParameter('timeout', 0, 3000) as number,
		retries: 1,
		retryOn: 'connection',
	});
	if (!result.ok) return { reason: result.reason, refused: refusedEntries(result, list) };
	const problem = answerProblem(result.body, list, head);
	if (problem) return { reason: `${OUTSIDE_CONTRACT}: ${problem}`, refused: new Map() };
	return { body: result.body as IDataObject, latency: Date.now() - started };
}

/** Problem bodies name the field of each mistake, such as `documents[3].weight_kg`. */
function refusedEntries({ status, body }: NotAnswered, list: string): Map<number, string> {
	const refused = new Map<number, string>();
	if ((status !== 400 && status !== 422) || !isObject(body) || !Array.isArray(body.errors)) return refused;
	for (const error of body.errors) {
		if (!isObject(error)) continue;
		const [, position, field = ''] = new RegExp(`^\\W*${list}\\W*(\\d+)\\W*(.*)$`).exec(String(error.field)) ?? [];
		if (position !== undefined) refused.set(Number(position), `${field || 'the entry'} ${String(error.message)}`.slice(0, 200));
	}
	return refused;
}
