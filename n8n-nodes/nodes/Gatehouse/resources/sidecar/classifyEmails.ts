import { createHash } from 'node:crypto';

import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { inChunks, isObject, isShare, isText } from '../../../../shared/json';
import { messageOf } from '../../../../shared/message';
import { byId } from '../../answer';
import { ask } from '../../call';

const LARGEST_BATCH = 100;

/** Every message leaves with a `classification`; without an answer it says so and a person sorts the ticket. */
export async function classifyEmails(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const messages = context.getInputData().map((item) => messageOf(item.json));
	const done: INodeExecutionData[] = [];
	let failed = false;
	for (const chunk of inChunks(messages, LARGEST_BATCH)) {
		const entries = chunk.map((message, index) => ({ id: markOf(message, index), subject: text(message.subject), text: text(message.text) }));
		const answer = await ask(context, context.getInputData(), { credential: 'gatehouseApi', path: '/v1/emails/classify', list: 'messages', head: ['model', 'version'], entries });
		const found = 'reason' in answer ? undefined : byId(answer.body.messages);
		const classes = entries.map(({ id }) => ('reason' in answer ? unclassified(answer.reason) : readClass(found?.get(id), answer.body)));
		failed = failed || 'reason' in answer || classes.every((classification) => classification.available === false);
		for (const [index, message] of chunk.entries()) {
			done.push({ json: { ...message, classification: classes[index] }, pairedItem: { item: done.length } });
		}
	}
	return failed ? [[], done] : [done, []];
}

function readClass(entry: IDataObject | undefined, answer: IDataObject): IDataObject {
	if (!entry) return unclassified('no answer for this message');
	const abstained = entry.abstained === true;
	if (!isShare(entry.confidence)) return unclassified('answer outside the contract: confidence is not a number from 0 to 1');
	if (!abstained && !isText(entry.class)) return unclassified('answer outside the contract: class is missing');
	return {
		available: true,
		model: `${String(answer.model)} ${String(answer.version)}`,
		degraded: answer.degraded === true,
		class: entry.class ?? null,
		confidence: entry.confidence,
		abstained,
		scores: isObject(entry.scores) ? entry.scores : {},
		references: Array.isArray(entry.references) ? entry.references : [],
		language: text(entry.language),
		intents: Array.isArray(entry.intents) ? entry.intents : [],
		claim_type: entry.claim_type ?? null,
		dispute_reason: entry.dispute_reason ?? null,
		urgency: text(entry.urgency) || 'normal',
	};
}

/** What feedback calls the mail later; Odoo makes the same from its Message-ID. */
function markOf({ message_id }: IDataObject, index: number): string {
	return isText(message_id) ? createHash('sha256').update(message_id.trim()).digest('hex') : String(index);
}

function unclassified(reason: string): IDataObject {
	return { available: false, reason: `scoring service: ${reason}`, class: null, confidence: 0, abstained: true, degraded: true, scores: {}, references: [] };
}

function text(value: unknown): string {
	return typeof value === 'string' ? value : '';
}
