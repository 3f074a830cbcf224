import type { INodeProperties } from 'n8n-workflow';

export const retrainingProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['retraining'] } },
		options: [
			{ name: 'Read Due Steps', value: 'readDueSteps', description: 'Fetch what is to be trained or promoted: one item a model', action: 'Read due steps' },
			{ name: 'Record Steps', value: 'recordSteps', description: 'Keep what came of it; a better challenger waits for its sign-offs', action: 'Record steps' },
		],
		default: 'readDueSteps',
	},
];
