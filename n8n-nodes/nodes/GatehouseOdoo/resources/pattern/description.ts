import type { INodeProperties } from 'n8n-workflow';

export const patternProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['pattern'] } },
		options: [
			{ name: 'Read Due Weeks', value: 'readDueWeeks', description: 'Fetch the full weeks that nobody measured yet: one item a company', action: 'Read due weeks' },
			{ name: 'Record Weeks', value: 'recordWeeks', description: 'Keep what was measured, or why it was not', action: 'Record weeks' },
		],
		default: 'readDueWeeks',
	},
];
