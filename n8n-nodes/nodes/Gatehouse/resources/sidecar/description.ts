import type { INodeProperties } from 'n8n-workflow';

export const sidecarOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['sidecar'] } },
	options: [
		{ name: 'Classify Emails', value: 'classifyEmails', description: 'Add a class, its confidence and the references found to each message', action: 'Classify emails' },
		{ name: 'Extract Documents', value: 'extractDocuments', description: 'Read the file of each item into fields and lines', action: 'Extract documents' },
		{ name: 'Score Discounts', value: 'scoreDiscounts', description: 'Add how unusual the discounts of each sales order are', action: 'Score discounts' },
		{ name: 'Score Purchases', value: 'scorePurchases', description: 'Add how unusual the prices and quantities of each purchase order are', action: 'Score purchases' },
		{ name: 'Send Feedback', value: 'sendFeedback', description: 'Tell the sidecar what a person made of its warning', action: 'Send feedback' },
	],
	default: 'scoreDiscounts',
};
