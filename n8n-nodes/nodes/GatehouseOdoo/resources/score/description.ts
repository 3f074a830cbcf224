import type { INodeProperties } from 'n8n-workflow';

export const scoreProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['score'] } },
		options: [
			{ name: 'Read Records', value: 'readRecords', description: 'Fetch the records that nobody scored of late: one item a company', action: 'Read records' },
			{ name: 'Record Scores', value: 'recordScores', description: 'Keep what a model says of each record, or why it says nothing', action: 'Record scores' },
		],
		default: 'readRecords',
	},
	{
		displayName: 'Subject',
		name: 'subject',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['score'], operation: ['readRecords'] } },
		options: [
			{ name: 'Payments', value: 'payments', description: 'Open customer invoices' },
			{ name: 'Stock Moves', value: 'stock-moves', description: 'Movements of goods in and out' },
		],
		default: 'payments',
	},
];
