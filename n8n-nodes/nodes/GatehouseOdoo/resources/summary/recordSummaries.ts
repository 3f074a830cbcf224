import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { callOdooForList } from '../../odoo';

/** Hands all summaries to Odoo in one call; the same ones twice change nothing. */
export async function recordSummaries(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const summaries = items.map(({ json }) => json);
	const answers = await callOdooForList(context, items, 'gatehouse.summary/record', { summaries });
	return [answers.map((json, index) => ({ json, pairedItem: { item: index } }))];
}
