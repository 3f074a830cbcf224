import type { INodeProperties } from 'n8n-workflow';

const store = { resource: ['document'], operation: ['storeDocuments'] };

export const documentProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['document'] } },
		options: [
			{ name: 'Fetch Documents', value: 'fetchDocuments', description: 'Get the files of the events, to have them read', action: 'Fetch documents' },
			{ name: 'Record Extractions', value: 'recordExtractions', description: 'Write down what was read, or why nothing was', action: 'Record extractions' },
			{ name: 'Store Documents', value: 'storeDocuments', description: 'Keep the files of each item; a file that Odoo knows is kept once', action: 'Store documents' },
		],
		default: 'storeDocuments',
	},
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		displayOptions: { show: store },
		options: [
			{ name: 'Folder', value: 'folder' },
			{ name: 'Mailbox', value: 'mailbox' },
			{ name: 'Webhook', value: 'webhook' },
		],
		default: 'webhook',
	},
	{ displayName: 'File Name', name: 'fileName', type: 'string', displayOptions: { show: store }, default: '', description: 'Empty: the name the file came with' },
	{ displayName: 'Message ID', name: 'messageId', type: 'string', displayOptions: { show: store }, default: '', description: 'Message-ID of the mail, or the path of the file' },
	{ displayName: 'Sender', name: 'sender', type: 'string', displayOptions: { show: store }, default: '' },
];
