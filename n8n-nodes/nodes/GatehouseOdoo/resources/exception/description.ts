import type { INodeProperties } from 'n8n-workflow';

const show = { resource: ['exception'], operation: ['reportException'] };

export const exceptionProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['exception'] } },
		options: [
			{ name: 'Report Alerts', value: 'reportAlerts', description: 'Open and close exceptions by posts of the Alertmanager of Prometheus', action: 'Report alerts' },
			{ name: 'Report Exception', value: 'reportException', description: 'Open an exception for each item in the manual queue of Odoo', action: 'Report exception' },
		],
		default: 'reportException',
	},
	{
		displayName: 'About',
		name: 'about',
		type: 'options',
		displayOptions: { show },
		options: [
			{ name: 'Event', value: 'event', description: 'Each item is an event' },
			{ name: 'Execution', value: 'execution', description: 'Each item comes from an Error Trigger' },
			{ name: 'Workflow', value: 'workflow', description: 'Something the workflow needs does not work: one exception for all items, opened again when it comes back' },
		],
		default: 'event',
	},
	{
		displayName: 'Category',
		name: 'category',
		type: 'options',
		displayOptions: { show },
		options: [
			{ name: 'Check Unavailable', value: 'check' },
			{ name: 'Document Missing', value: 'document' },
			{ name: 'Event Not Delivered', value: 'delivery' },
			{ name: 'Other', value: 'other' },
			{ name: 'Workflow Failed', value: 'workflow' },
		],
		default: 'workflow',
		description: 'Group of the exception in the queue',
	},
	{ displayName: 'Title', name: 'title', type: 'string', displayOptions: { show }, default: 'No workflow handles this event', required: true, description: 'What happened, for the person who works the queue' },
];
