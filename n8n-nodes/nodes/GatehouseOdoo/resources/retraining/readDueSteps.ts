import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { callOdooForList } from '../../odoo';

/** What is to be trained or promoted, one item a model; nothing comes out when nothing is due. */
export async function readDueSteps(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const steps = await callOdooForList(context, [], 'gatehouse.retraining/read_due', {});
	return [steps.map((json) => ({ json, pairedItem: { item: 0 } }))];
}
