import type { INodeProperties } from 'n8n-workflow';

export const summaryProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['summary'] } },
		options: [
			{ name: 'Read Due', value: 'readDue', description: 'Fetch the documents whose facts changed since they were summarized', action: 'Read due' },
			{ name: 'Record Summaries', value: 'recordSummaries', description: 'Keep each summary with its source, version and the mark of its facts', action: 'Record summaries' },
		],
		default: 'readDue',
	},
];
