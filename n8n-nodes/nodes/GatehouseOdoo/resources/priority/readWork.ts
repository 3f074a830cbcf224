import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { callOdooForList } from '../../odoo';

/** What waits in Odoo, one item a batch; nothing comes out where nothing waits. */
export async function readWork(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const batches = await callOdooForList(context, [], 'gatehouse.priority/read_work', {});
	return [batches.map((json) => ({ json, pairedItem: { item: 0 } }))];
}
