import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isObject, isText } from '../../../../shared/json';
import { send, traceHeaders } from '../../../../shared/transport';
import { answerProblem } from '../../answer';

/** Every batch of open work leaves with its ranks; without an answer it leaves on the second output and Odoo goes by deadline. */
export async function rankPriorities(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const ranked: INodeExecutionData[] = [];
	const open: INodeExecutionData[] = [];
	for (const [index, item] of context.getInputData().entries()) {
		const { id, currency, now, rates, items } = item.json;
		const answer = await send(context, {
			credential: 'gatehouseApi',
			path: '/v1/priorities/rank',
			body: { currency, now, rates, items },
			headers: traceHeaders(context.getExecutionId(), [item]),
			timeout: context.getNodeParameter('timeout', 0, 3000) as number,
			retries: 1,
			retryOn: 'connection',
		});
		const problem = answer.ok ? rankProblem(answer.body, items) : answer.reason;
		if (problem) open.push({ json: { id, available: false, reason: problem }, pairedItem: { item: index } });
		else ranked.push({ json: { id, available: true, ...places((answer as { body: IDataObject }).body) }, pairedItem: { item: index } });
	}
	return [ranked, open];
}

function rankProblem(body: unknown, asked: unknown): string | undefined {
	const problem = answerProblem(body, 'items', ['model', 'version']);
	if (problem) return `answer outside the contract: ${problem}`;
	const found = (body as { items: unknown[] }).items;
	const good = found.every((entry) => isObject(entry) && isText(entry.id) && Number.isInteger(entry.rank) && isText(entry.cost_hour) && isText(entry.text));
	if (!good) return 'answer outside the contract: an item lacks its rank, cost or text';
	if (!Array.isArray(asked) || found.length !== asked.length) return 'answer outside the contract: it does not rank every item';
	return undefined;
}

/** What Odoo keeps of the answer. */
function places(body: IDataObject): IDataObject {
	const items = (body.items as IDataObject[]).map(({ id, rank, cost_hour, text }) => ({ id, rank, cost_hour, text }));
	return { version: body.version, items };
}
