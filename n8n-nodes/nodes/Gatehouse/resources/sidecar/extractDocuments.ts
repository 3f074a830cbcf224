import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isObject } from '../../../../shared/json';
import type { Answered, NotAnswered } from '../../../../shared/transport';
import { send, traceHeaders } from '../../../../shared/transport';

/** Answers that say the file itself is at fault: sending it again changes nothing. */
const FINAL = [400, 413, 415, 422];

/**
 * Sends each item's file to the reader, one call a file, because each may be megabytes. What was read leaves on the
 * first output with `extraction`; without an answer it leaves on the second with `problem`, and says whether to ask again.
 */
export async function extractDocuments(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const read: INodeExecutionData[] = [];
	const open: INodeExecutionData[] = [];
	for (const [index, item] of context.getInputData().entries()) {
		const content = await context.helpers.getBinaryDataBuffer(index, 'data');
		const { templates, ...json } = item.json;
		const answer = await send(context, {
			credential: 'gatehouseApi',
			path: '/v1/documents/extract',
			body: { content: content.toString('base64'), templates: Array.isArray(templates) ? (templates as IDataObject[]) : [] },
			headers: traceHeaders(context.getExecutionId(), [item]),
			timeout: context.getNodeParameter('timeout', 0, 3000) as number,
			retries: 1,
			retryOn: 'connection',
		});
		const result = extractionResult(answer);
		(result.extraction ? read : open).push({ json: { ...json, ...result }, pairedItem: { item: index } });
	}
	return [read, open];
}

/** What the answer means; whether the document in it can be used, Odoo judges. */
export function extractionResult(answer: Answered | NotAnswered): IDataObject {
	if (!answer.ok) return { problem: { text: `the reader of documents ${answer.reason}`, final: FINAL.includes(answer.status) } };
	const document = isObject(answer.body) ? answer.body.document : undefined;
	if (!isObject(document)) return { problem: { text: 'the reader of documents gave an answer outside the contract: document is missing', final: false } };
	return { extraction: document };
}
