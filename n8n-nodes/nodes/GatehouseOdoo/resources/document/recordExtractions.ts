import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { callOdooForList } from '../../odoo';
import { sendReports } from '../../reports';

/** Writes each item's result to Odoo; a problem that is not final leaves the event open, so that Odoo sends it again. */
export async function recordExtractions(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const done: INodeExecutionData[] = [];
	for (const [index, item] of context.getInputData().entries()) {
		const { event_id, extraction, problem } = item.json;
		const result: IDataObject = extraction ? { event_id, document: extraction } : { event_id, problem: problem ?? { text: 'no result', final: false } };
		const [answer] = await callOdooForList(context, [item], 'gatehouse.document/record_extractions', { results: [result] });
		if (answer?.status === 'refused' || answer?.status === 'unknown') await sendReports(context, [item], [report(context, event_id, answer)]);
		done.push({ json: { event_id, recorded: answer ?? null }, pairedItem: { item: index } });
	}
	return [done];
}

function report(context: IExecuteFunctions, event_id: unknown, answer: IDataObject): IDataObject {
	return {
		key: `extraction:${String(event_id)}`,
		category: 'workflow',
		title: 'Odoo did not take what was read in a document',
		detail: `${String(answer.status)}: ${String(answer.detail ?? '')}`,
		event_id: String(event_id),
		execution_id: context.getExecutionId(),
		workflow: context.getWorkflow().name ?? '',
	};
}
