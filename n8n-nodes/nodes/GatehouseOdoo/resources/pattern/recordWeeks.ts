import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { callOdooForList } from '../../odoo';

/** Hands what was measured to Odoo in one call; Odoo decides what of it is a matter for a person. */
export async function recordWeeks(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const answers = await callOdooForList(context, items, 'gatehouse.pattern.run/record', { results: items.map(({ json }) => json) });
	return [answers.map((json, index) => ({ json, pairedItem: { item: index } }))];
}
