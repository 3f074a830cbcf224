import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { callOdooForList } from '../../odoo';

/** Hands every batch to Odoo in one call; a batch without an answer has Odoo's own words there. */
export async function recordScores(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const answers = await callOdooForList(context, items, 'gatehouse.score/record', { batches: items.map(({ json }) => json) });
	return [answers.map((json, index) => ({ json, pairedItem: { item: index } }))];
}
