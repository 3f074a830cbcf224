import type { INodeProperties } from 'n8n-workflow';

export const ticketProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['ticket'] } },
		options: [{ name: 'Ingest Email', value: 'ingestEmail', description: 'Store each message with its classification as a helpdesk ticket', action: 'Ingest email' }],
		default: 'ingestEmail',
	},
];
