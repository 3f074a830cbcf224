import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { callOdooForList } from '../../odoo';

/** Hands every batch to Odoo in one call; a batch without an answer goes by deadline there. */
export async function recordRanks(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const batches = items.map(({ json }) => json);
	const answers = await callOdooForList(context, items, 'gatehouse.priority/record_ranks', { batches });
	return [answers.map((json, index) => ({ json, pairedItem: { item: index } }))];
}
