import type { INodeProperties } from 'n8n-workflow';

export const priorityProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['priority'] } },
		options: [
			{ name: 'Read Work', value: 'readWork', description: 'Fetch what waits: one item a company and kind of work', action: 'Read work' },
			{ name: 'Record Ranks', value: 'recordRanks', description: 'Keep the rank and reason of every record, or its deadline order', action: 'Record ranks' },
		],
		default: 'readWork',
	},
];
