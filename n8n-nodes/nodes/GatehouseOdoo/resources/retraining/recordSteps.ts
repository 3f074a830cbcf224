import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { callOdooForList } from '../../odoo';

/** Hands what came of each step to Odoo in one call; Odoo asks for sign-offs, or keeps why there is nothing to sign. */
export async function recordSteps(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const answers = await callOdooForList(context, items, 'gatehouse.retraining/record', { results: items.map(({ json }) => json) });
	return [answers.map((json, index) => ({ json, pairedItem: { item: index } }))];
}
