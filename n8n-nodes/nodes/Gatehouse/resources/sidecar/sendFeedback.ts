import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { OUTSIDE_CONTRACT } from '../../../../shared/check';
import { isObject } from '../../../../shared/json';
import type { Answered, NotAnswered } from '../../../../shared/transport';
import { send, traceHeaders } from '../../../../shared/transport';

/** Sends what a person made of a warning; the event's id keeps repeats apart. What is not taken leaves on the second output. */
export async function sendFeedback(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const taken: INodeExecutionData[] = [];
	const open: INodeExecutionData[] = [];
	for (const [index, item] of context.getInputData().entries()) {
		const { event_id, check, outcome, comment, warned } = (isObject(item.json.data) ? item.json.data : {}) as IDataObject;
		const answer = await send(context, {
			credential: 'gatehouseApi',
			path: '/v1/feedback',
			body: {
				event_id, check, outcome,
				...(typeof comment === 'string' ? { comment } : {}),
				...(typeof warned === 'boolean' ? { warned } : {}),
			},
			headers: { ...traceHeaders(context.getExecutionId(), [item]), 'Idempotency-Key': item.json.event_id },
			timeout: context.getNodeParameter('timeout', 0, 3000) as number,
			retries: 1,
			retryOn: 'connection, timeout and 5xx',
		});
		const problem = problemOf(answer);
		if (problem === undefined) taken.push({ json: item.json, pairedItem: { item: index } });
		else open.push({ json: { ...item.json, problem }, pairedItem: { item: index } });
	}
	return [taken, open];
}

/** Why the feedback is not known to be kept; the sidecar gives the number it kept it under. */
function problemOf(answer: Answered | NotAnswered): string | undefined {
	if (!answer.ok) return answer.reason;
	return isObject(answer.body) && typeof answer.body.id === 'number' ? undefined : `${OUTSIDE_CONTRACT}: the feedback has no number`;
}
