import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isText } from '../../../../shared/json';
import { callOdooForList } from '../../odoo';
import { refusalReport, sendReports } from '../../reports';

/** Hands in what the partners keep, an event a call, for the lists may be long; what Odoo does not take becomes an exception. */
export async function compareRecords(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const done: INodeExecutionData[] = [];
	for (const [index, item] of context.getInputData().entries()) {
		const { event_id, records, ...rest } = item.json;
		if (!isText(event_id)) continue;
		const results = [{ event_id, records: Array.isArray(records) ? records : [] }];
		const [answer] = await callOdooForList(context, [item], 'gatehouse.reconciliation/compare_partners', { results });
		if (answer?.status !== 'recorded' && answer?.status !== 'duplicate') {
			const refused = answer ?? { event_id, detail: 'Odoo gave no answer for this event' };
			await sendReports(context, [item], [refusalReport(context, 'compare', "Odoo did not take a partner's records", refused)]);
		}
		done.push({ json: { ...rest, event_id, recorded: answer ?? null }, pairedItem: { item: index } });
	}
	return [done];
}
