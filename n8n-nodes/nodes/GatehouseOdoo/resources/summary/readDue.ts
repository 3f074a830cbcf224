import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { callOdooForList } from '../../odoo';

/** Documents to summarize, one item each; nothing comes out where no facts changed. */
export async function readDue(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const due = await callOdooForList(context, [], 'gatehouse.summary/read_due', {});
	return [due.map((json) => ({ json, pairedItem: { item: 0 } }))];
}
