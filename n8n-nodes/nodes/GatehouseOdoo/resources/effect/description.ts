import type { INodeProperties } from 'n8n-workflow';

const finish = { resource: ['effect'], operation: ['finishEffect'] };

export const effectProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['effect'] } },
		options: [
			{ name: 'Begin Effect', value: 'beginEffect', description: 'Ask Odoo before acting; only items that may go come out, each with its idempotency key', action: 'Begin effect' },
			{ name: 'Finish Effect', value: 'finishEffect', description: 'Tell Odoo what came of it', action: 'Finish effect' },
		],
		default: 'beginEffect',
	},
	{
		displayName: 'Kind',
		name: 'kind',
		type: 'options',
		displayOptions: { show: { resource: ['effect'] } },
		options: [
			{ name: 'Alert', value: 'alert' },
			{ name: 'Carrier Booking', value: 'booking' },
			{ name: 'Message', value: 'message' },
		],
		default: 'message',
		description: 'What happens outside Odoo',
	},
	{
		displayName: 'Outcome',
		name: 'outcome',
		type: 'options',
		displayOptions: { show: finish },
		options: [
			{ name: 'As the Error Says', value: 'error', description: 'The item comes from an error output' },
			{ name: 'As the Item Says', value: 'item', description: 'The item carries the result of a Gatehouse node' },
			{ name: 'Done', value: 'done', description: 'The item comes from a node that did it' },
		],
		default: 'item',
	},
	{
		displayName: 'Event ID',
		name: 'eventId',
		type: 'string',
		displayOptions: { show: finish },
		default: '',
		description: 'Which event the item belongs to, when it does not carry event_id itself',
	},
	{
		displayName: 'Reference',
		name: 'reference',
		type: 'string',
		displayOptions: { show: { ...finish, outcome: ['done'] } },
		default: '',
		description: 'What the receiver calls it, such as a message ID',
	},
];
