import type { INodeProperties } from 'n8n-workflow';

export const reconciliationProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['reconciliation'] } },
		options: [{ name: 'Compare Records', value: 'compareRecords', description: 'Hand in what partners keep; Odoo compares it and settles the event', action: 'Compare records' }],
		default: 'compareRecords',
	},
];
