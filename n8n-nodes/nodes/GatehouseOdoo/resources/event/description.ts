import type { INodeProperties } from 'n8n-workflow';

export const eventProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['event'] } },
		options: [{ name: 'Record Checks', value: 'recordChecks', description: 'Write the checks of all items back and settle their events', action: 'Record checks' }],
		default: 'recordChecks',
	},
	{
		displayName: 'Final',
		name: 'final',
		type: 'boolean',
		displayOptions: { show: { resource: ['event'], operation: ['recordChecks'] } },
		default: true,
		description: 'Whether no further checks follow, so that the event is settled',
	},
];
