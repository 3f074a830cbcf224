import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { inChunks, isObject, isText } from '../../../../shared/json';
import { callOdooForList } from '../../odoo';
import { refusalReport, sendReports } from '../../reports';

const LARGEST_BATCH = 100;

/** Tells Odoo the outcome of every item; what Odoo does not take becomes an exception. */
export async function finishEffect(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const results = items.map((item, index) => resultOf(context, item, index));
	const answers = new Map<string, IDataObject>();
	for (const chunk of inChunks(results, LARGEST_BATCH)) {
		for (const answer of await callOdooForList(context, items, 'gatehouse.effect/finish', { results: chunk })) answers.set(String(answer.event_id), answer);
	}
	const refused = [...answers.values()].filter(({ status }) => status === 'refused');
	if (refused.length > 0) {
		await sendReports(context, items, refused.map((answer) => refusalReport(context, 'finish', 'Odoo did not take the outcome of an effect', answer)));
	}
	return [items.map((item, index) => ({ json: { ...item.json, recorded: answers.get(String(results[index]?.event_id)) ?? null }, pairedItem: { item: index } }))];
}

function resultOf(context: IExecuteFunctions, { json }: INodeExecutionData, index: number): IDataObject {
	const given = context.getNodeParameter('eventId', index, '') as string;
	const head = { event_id: given || json.event_id, kind: context.getNodeParameter('kind', 0) as string };
	const outcome = context.getNodeParameter('outcome', 0) as string;
	if (outcome === 'done') return { ...head, outcome, reference: context.getNodeParameter('reference', index, '') as string };
	if (outcome === 'error') return { ...head, ...mailOutcome(json.error) };
	const result = isObject(json.result) ? json.result : { outcome: 'unknown', detail: 'the item carries no result' };
	return { ...head, ...result };
}

/** Whether a mail that failed certainly did not leave. What a mail server said or did not say decides; in doubt nobody knows. */
export function mailOutcome(error: unknown): IDataObject {
	const text = isObject(error) ? error.message : error;
	const detail = (isText(text) ? text : 'no error text').slice(0, 500);
	const before = /ECONNREFUSED|ENOTFOUND|EDNS|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|connection timeout|greeting|certificate|getaddrinfo|invalid login|missing credentials/i;
	const code = Number(/\b([45])\d\d\b/.exec(detail)?.[1]);
	if (code === 4 || before.test(detail)) return { outcome: 'failed', detail };
	if (code === 5 || /no recipients|invalid (mail|recipient|address)|recipients were rejected/i.test(detail)) return { outcome: 'refused', detail };
	return { outcome: 'unknown', detail };
}
