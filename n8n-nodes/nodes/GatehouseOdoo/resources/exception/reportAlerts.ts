import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isObject } from '../../../../shared/json';
import { callOdooForList } from '../../odoo';

/** Hands posts of Alertmanager to Odoo, which opens and closes an exception a fingerprint. A post comes as the item or as a webhook's `body`. */
export async function reportAlerts(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const posts = items.map(({ json }) => (isObject(json.body) ? json.body : json)) as IDataObject[];
	const alerts = await callOdooForList(context, items, 'gatehouse.exception/report_alerts', { posts });
	const refused = alerts.filter(({ status }) => status === 'refused').length;
	return [[{ json: { alerts, refused }, pairedItem: { item: 0 } }]];
}
