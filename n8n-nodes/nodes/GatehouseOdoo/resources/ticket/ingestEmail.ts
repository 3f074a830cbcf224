import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { isObject, isText } from '../../../../shared/json';
import { messageOf } from '../../../../shared/message';
import { callOdoo } from '../../odoo';

const TEXTS = ['message_id', 'sender', 'recipient', 'subject', 'text', 'received_at'];
const NEEDED = ['message_id', 'sender'];

/** Stores each message as a ticket; Odoo knows a message it has already by its message_id. */
export async function ingestEmail(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const done: INodeExecutionData[] = [];
	for (const [index, item] of context.getInputData().entries()) {
		const message = emailMessage(messageOf(item.json));
		if (typeof message === 'string') throw new NodeOperationError(context.getNode(), `The message cannot be stored: ${message}`, { itemIndex: index });
		const answer = await callOdoo(context, [item], 'helpdesk.ticket/gatehouse_ingest_email', { message });
		if (!isObject(answer)) throw new NodeOperationError(context.getNode(), 'Odoo helpdesk.ticket/gatehouse_ingest_email: the answer is not an object', { itemIndex: index });
		done.push({ json: { message_id: message.message_id, ticket_id: answer.ticket_id, created: answer.created }, pairedItem: { item: index } });
	}
	return [done];
}

/** The message as the contract has it, or the field that is wrong. */
export function emailMessage(json: IDataObject): IDataObject | string {
	const message: IDataObject = { classification: isObject(json.classification) ? json.classification : null };
	if (Array.isArray(json.attachments)) message.attachments = json.attachments;
	for (const name of TEXTS) {
		const value = json[name] ?? '';
		if (typeof value !== 'string') return `${name} must be a text`;
		if (NEEDED.includes(name) && !isText(value)) return `${name} is missing`;
		message[name] = value;
	}
	return message;
}
