import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { NoAnswer, post, traceHeaders } from '../../shared/transport';
import { answerProblem } from './answer';

export interface Answer {
	body: IDataObject;
	latency: number;
}

export interface Failure {
	reason: string;
}

export interface Ask {
	credential: string;
	path: string;
	list: string;
	head: string[];
	entries: IDataObject[];
}

/** One call; what goes wrong comes back as a reason, never as an exception. */
export async function ask(context: IExecuteFunctions, items: INodeExecutionData[], { credential, path, list, head, entries }: Ask): Promise<Answer | Failure> {
	const started = Date.now();
	try {
		const body = await post(context, {
			credential,
			path,
			body: { [list]: entries },
			headers: traceHeaders(context.getExecutionId(), items),
			timeout: context.getNodeParameter('timeout', 0, 3000) as number,
			retries: 1,
			retryOn: 'connection',
		});
		const problem = answerProblem(body, list, head);
		if (problem) return { reason: `answer outside the contract: ${problem}` };
		return { body: body as IDataObject, latency: Date.now() - started };
	} catch (error) {
		if (error instanceof NoAnswer) return { reason: error.message };
		throw error;
	}
}
