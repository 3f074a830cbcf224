import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { callOdooForList } from '../../odoo';

/** The weeks to measure, one item a company; nothing comes out when every full week is measured. */
export async function readDueWeeks(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const jobs = await callOdooForList(context, [], 'gatehouse.pattern.run/read_due', {});
	return [jobs.map((json) => ({ json, pairedItem: { item: 0 } }))];
}
