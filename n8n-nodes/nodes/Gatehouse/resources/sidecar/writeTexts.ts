import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { inChunks, isObject, isText } from '../../../../shared/json';
import { answerProblem, byId } from '../../answer';
import { send, traceHeaders } from '../../../../shared/transport';

const LARGEST_BATCH = 50;

interface Texts {
	path: string;
	/** What the service gets of an item. */
	document(json: IDataObject): IDataObject;
	/** Texts that every good answer carries. */
	needed: string[];
	/** How the item leaves. */
	result(json: IDataObject, answer: IDataObject): IDataObject;
}

/** Every item leaves with its text, or on the second output with the reason why there is none. */
async function write(context: IExecuteFunctions, { path, document, needed, result }: Texts): Promise<INodeExecutionData[][]> {
	const written: INodeExecutionData[] = [];
	const open: INodeExecutionData[] = [];
	const items = context.getInputData().map((item, index) => ({ item, index }));
	for (const chunk of inChunks(items, LARGEST_BATCH)) {
		const answer = await send(context, {
			credential: 'gatehouseApi',
			path,
			body: { documents: chunk.map(({ item }) => document(item.json)) },
			headers: traceHeaders(context.getExecutionId(), chunk.map(({ item }) => item)),
			timeout: context.getNodeParameter('timeout', 0, 3000) as number,
			retries: 1,
			retryOn: 'connection',
		});
		const outside = answer.ok ? answerProblem(answer.body, 'documents', ['model', 'version']) : undefined;
		const problem = answer.ok ? outside && `answer outside the contract: ${outside}` : answer.reason;
		const found = problem || !answer.ok || !isObject(answer.body) ? new Map<string, IDataObject>() : byId(answer.body.documents);
		for (const { item, index } of chunk) {
			const text = found.get(String(item.json.id));
			const good = isObject(text) && needed.every((name) => isText(text[name]));
			if (good) written.push({ json: result(item.json, text), pairedItem: { item: index } });
			else open.push({ json: { ...item.json, problem: problem ?? 'no text for this document' }, pairedItem: { item: index } });
		}
	}
	return [written, open];
}

/** Summaries of documents as Odoo's "Read Due" gives them; the mark of the facts goes along. */
export async function writeSummaries(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await write(context, {
		path: '/v1/summaries',
		document: (json) => Object.fromEntries(Object.entries(json).filter(([name]) => name !== 'facts_sha256')),
		needed: ['text', 'source', 'template'],
		result: (json, answer) => ({ ...answer, facts_sha256: json.facts_sha256 }),
	});
}

/** Draft answers, for a person to change and approve: nothing is sent. Each item leaves with a `draft` beside what it carried. */
export async function draftReplies(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await write(context, {
		path: '/v1/drafts',
		document: (json) => json,
		needed: ['text', 'subject', 'source', 'template'],
		result: (json, answer) => ({ ...json, draft: answer }),
	});
}
