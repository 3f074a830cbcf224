import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { callOdooForList } from '../../odoo';

/** The records of a subject that are due, one item a company; nothing comes out where none is. */
export async function readRecords(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const batches = await callOdooForList(context, [], 'gatehouse.score/read_due', { subject: context.getNodeParameter('subject', 0) });
	return [batches.map((json) => ({ json, pairedItem: { item: 0 } }))];
}
