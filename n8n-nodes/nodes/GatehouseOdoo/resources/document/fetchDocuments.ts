import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isText } from '../../../../shared/json';
import { callOdooForList } from '../../odoo';

/** The files of events as binary data, with the vendors' templates. What is read already, or gone, ends here. */
export async function fetchDocuments(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const out: INodeExecutionData[] = [];
	const seen = new Set<string>();
	for (const [index, item] of context.getInputData().entries()) {
		const id = item.json.event_id;
		if (!isText(id) || seen.has(id)) continue;
		seen.add(id);
		const [answer] = await callOdooForList(context, [item], 'gatehouse.document/to_read', { event_ids: [id] });
		if (answer?.status !== 'read' || !isText(answer.content)) continue;
		const name = isText(answer.file_name) ? answer.file_name : 'document';
		const binary = { data: await context.helpers.prepareBinaryData(Buffer.from(answer.content, 'base64'), name) };
		const json = { event_id: id, traceparent: item.json.traceparent ?? null, file_name: name, templates: answer.templates ?? [] };
		out.push({ json, binary, pairedItem: { item: index } });
	}
	return [out];
}
