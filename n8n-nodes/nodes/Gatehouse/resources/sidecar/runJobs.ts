import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { isObject, isText } from '../../../../shared/json';
import { send, traceHeaders } from '../../../../shared/transport';

const PAUSE_MS = 2000;

export const jobPatience: INodeProperties = {
	displayName: 'Wait (Seconds)',
	name: 'patience',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 600 },
	displayOptions: { show: { resource: ['sidecar'], operation: ['runJobs'] } },
	default: 60,
	description: 'How long to wait for a job that is not done; it goes on, and whoever asks again under the same ID gets its result',
};

/** Asks for each item's job and waits a while for it. Done ones leave with their result, the others on the second output with the reason. */
export async function runJobs(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const done: INodeExecutionData[] = [];
	const open: INodeExecutionData[] = [];
	const patience = context.getNodeParameter('patience', 0, 60) as number;
	const until = Date.now() + patience * 1000;
	for (const [index, item] of context.getInputData().entries()) {
		const json = await finished(context, item, until);
		(json.available === true ? done : open).push({ json, pairedItem: { item: index } });
	}
	return [done, open];
}

async function finished(context: IExecuteFunctions, item: INodeExecutionData, until: number): Promise<IDataObject> {
	const { id, ...job } = item.json;
	const missing = (reason: string, waiting = false): IDataObject => ({ id, kind: job.kind, available: false, waiting, reason });
	const call = async (path: string, body?: IDataObject) => await send(context, {
		credential: 'gatehouseApi',
		path,
		body,
		headers: traceHeaders(context.getExecutionId(), [item]),
		timeout: context.getNodeParameter('timeout', 0, 3000) as number,
		retries: 1,
		retryOn: 'connection, timeout and 5xx',
	});
	// Asking queues a job, also one that failed before; looking does not.
	let answer = await call('/v1/jobs', { id, job });
	for (;;) {
		if (!answer.ok) return missing(answer.reason);
		const { state, result, problem } = (isObject(answer.body) ? answer.body : {}) as IDataObject;
		if (state === 'done') return isObject(result) ? { ...result, id, kind: job.kind, available: true } : missing('answer outside the contract: a job that is done without a result');
		if (state === 'failed') return missing(isText(problem) ? problem : 'the job failed and says no reason');
		if (state !== 'queued' && state !== 'running') return missing('answer outside the contract: state is missing');
		if (Date.now() + PAUSE_MS > until) return missing(`${state}, looked for again`, true);
		await sleep(PAUSE_MS);
		answer = await call(`/v1/jobs/${encodeURIComponent(String(id))}`);
	}
}
