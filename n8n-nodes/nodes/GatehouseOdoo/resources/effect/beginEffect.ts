import type { IBinaryKeyData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { inChunks, isObject, isText } from '../../../../shared/json';
import { callOdooForList } from '../../odoo';
import { refusalReport, sendReports } from '../../reports';

const LARGEST_BATCH = 100;

/** Asks Odoo which items may act. The others are done already, at work elsewhere, or wait for a person: they end here. */
export async function beginEffect(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const kind = context.getNodeParameter('kind', 0) as string;
	const ids = [...new Set(items.map(({ json }) => json.event_id).filter(isText))];
	const answers = new Map<string, IDataObject>();
	for (const chunk of inChunks(ids, LARGEST_BATCH)) {
		const effects = chunk.map((event_id) => ({ event_id, kind, execution_id: context.getExecutionId() }));
		for (const answer of await callOdooForList(context, items, 'gatehouse.effect/begin', { effects })) answers.set(String(answer.event_id), answer);
	}
	const refused = [...answers.values()].filter(({ status, key }) => status === 'refused' && !isText(key));
	if (refused.length > 0) await sendReports(context, items, refused.map((answer) => refusalReport(context, 'effect', 'Odoo did not let an effect begin', answer)));

	const going: INodeExecutionData[] = [];
	const taken = new Set<string>();
	for (const [index, item] of items.entries()) {
		const id = String(item.json.event_id);
		const answer = answers.get(id);
		if (answer?.go !== true || taken.has(id)) continue;
		taken.add(id);
		const binary = await attachments(context, item);
		const effect = { key: answer.key, kind, attachments: Object.keys(binary).join(',') };
		going.push({ json: { ...item.json, effect }, binary, pairedItem: { item: index } });
	}
	return [going];
}

/** What the message wants attached, as binary data for the node that sends it; its names are the content ids. */
async function attachments(context: IExecuteFunctions, { json }: INodeExecutionData): Promise<IBinaryKeyData> {
	const message = isObject(json.data) ? json.data.message : undefined;
	if (!isObject(message) || !Array.isArray(message.attachments)) return {};
	const binary: IBinaryKeyData = {};
	for (const { name, content_type, base64 } of message.attachments.filter(isObject)) {
		if (!isText(name) || !isText(content_type) || !isText(base64)) continue;
		binary[name] = await context.helpers.prepareBinaryData(Buffer.from(base64, 'base64'), `${name}.${content_type.split('/')[1]}`, content_type);
	}
	return binary;
}
