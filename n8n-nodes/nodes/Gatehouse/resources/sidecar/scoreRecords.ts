import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { OUTSIDE_CONTRACT } from '../../../../shared/check';
import { isShare } from '../../../../shared/json';
import { byId } from '../../answer';
import { ask } from '../../call';
import { named, reasonsOf } from './records';

/** Every batch of records leaves with what a model says of each; without a whole answer it leaves on the second output, and Odoo has words of its own. */
export async function scoreRecords(context: IExecuteFunctions, subject: string): Promise<INodeExecutionData[][]> {
	const scored: INodeExecutionData[] = [];
	const open: INodeExecutionData[] = [];
	for (const [index, item] of context.getInputData().entries()) {
		const { id, records } = item.json;
		const entries = Array.isArray(records) ? (records as IDataObject[]) : [];
		const answer = await ask(context, [item], { credential: 'gatehouseApi', path: `/v1/${subject}/score`, list: 'records', head: ['model', 'version'], entries });
		const said = 'reason' in answer ? `scoring service: ${answer.reason}` : readAll(answer.body, entries);
		if (typeof said === 'string') open.push({ json: { id, available: false, reason: said }, pairedItem: { item: index } });
		else scored.push({ json: { id, available: true, ...said }, pairedItem: { item: index } });
	}
	return [scored, open];
}

/** What Odoo keeps of the answer, or the problem with it. */
function readAll(body: IDataObject, entries: IDataObject[]): IDataObject | string {
	const found = byId(body.records);
	const records: IDataObject[] = [];
	for (const { id } of entries) {
		const record = found.get(String(id));
		const reasons = record && reasonsOf(record);
		if (!record || !reasons || !isShare(record.score)) return `${OUTSIDE_CONTRACT}: a record lacks its score or reasons`;
		const text = reasons.map((reason) => String(reason.text)).join('; ');
		records.push({ id, score: record.score, confidence: Math.max(record.score, 1 - record.score), abstained: record.abstained === true, text });
	}
	return { ...named(body), baseline: body.baseline === true, records };
}
