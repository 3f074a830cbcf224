import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isObject } from '../../../../shared/json';
import type { Answered, NotAnswered } from '../../../../shared/transport';
import { send, traceHeaders } from '../../../../shared/transport';

/**
 * Posts one alert an item to an incoming webhook of Slack or Teams, which is the credential's whole address. Its alerts leave on the
 * first output, each with its result; those of another channel on the second. Neither service keeps repeats apart, so what
 * may have arrived is never sent again.
 */
export async function sendAlert(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const channel = context.getNodeParameter('channel', 0) as string;
	const told: INodeExecutionData[] = [];
	const others: INodeExecutionData[] = [];
	for (const [index, item] of context.getInputData().entries()) {
		const data = isObject(item.json.data) ? item.json.data : {};
		if (data.format !== channel) {
			others.push({ json: item.json, pairedItem: { item: index } });
			continue;
		}
		const answer = await send(context, {
			credential: 'gatehousePartnerApi',
			path: '',
			body: alertBody(data),
			headers: traceHeaders(context.getExecutionId(), [item]),
			timeout: context.getNodeParameter('timeout', 0, 3000) as number,
			retries: 1,
			retryOn: 'connection',
		});
		told.push({ json: { ...item.json, result: alertResult(answer, channel) }, pairedItem: { item: index } });
	}
	return [told, others];
}

/** Slack takes a text with its own link syntax; Teams (Workflows) an Adaptive Card. */
export function alertBody({ format, title, text, link }: IDataObject): IDataObject {
	if (format !== 'teams') return { text: `*${plain(title)}*\n${plain(text)}\n<${String(link)}|Open in Odoo>` };
	const content = {
		type: 'AdaptiveCard',
		version: '1.4',
		body: [
			{ type: 'TextBlock', size: 'Medium', weight: 'Bolder', wrap: true, text: String(title) },
			{ type: 'TextBlock', wrap: true, text: String(text) },
		],
		actions: [{ type: 'Action.OpenUrl', title: 'Open in Odoo', url: String(link) }],
	};
	return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}

/** The three characters that Slack reads as markup, so that a title can neither link nor call everybody. */
function plain(value: unknown): string {
	return String(value).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** What the answer means: Slack says "ok", Teams nothing; a refused body helps no second time, a timeout may have arrived. */
export function alertResult(answer: Answered | NotAnswered, channel: string): IDataObject {
	if (answer.ok) {
		const said = String(answer.body ?? '').trim();
		const taken = channel === 'slack' ? said === 'ok' : ['', '1'].includes(said);
		return taken ? { outcome: 'done' } : { outcome: 'unknown', detail: 'answer outside the contract of an incoming webhook' };
	}
	if (answer.kind === 'timeout') return { outcome: 'unknown', detail: answer.reason };
	const mended = answer.kind === 'status' && answer.status < 500 && ![401, 403, 404, 408, 410, 425, 429].includes(answer.status);
	return { outcome: mended ? 'refused' : 'failed', detail: answer.reason };
}
