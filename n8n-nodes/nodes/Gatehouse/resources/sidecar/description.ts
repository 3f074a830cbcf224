import type { INodeProperties } from 'n8n-workflow';

export const sidecarOperations: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: ['sidecar'] } },
	options: [
		{ name: 'Classify Emails', value: 'classifyEmails', description: 'Add a class, its confidence and the references found to each message', action: 'Classify emails' },
		{ name: 'Draft Replies', value: 'draftReplies', description: 'Add a draft answer to each message, for a person to approve; nothing is sent', action: 'Draft replies' },
		{ name: 'Extract Documents', value: 'extractDocuments', description: 'Read the file of each item into fields and lines', action: 'Extract documents' },
		{ name: 'Predict Lead Times', value: 'predictLeadTimes', description: 'Add how likely the first promised goods of each purchase order come late', action: 'Predict lead times' },
		{ name: 'Rank Priorities', value: 'rankPriorities', description: 'Put each batch of open work in the order of what its waiting costs', action: 'Rank priorities' },
		{ name: 'Run Jobs', value: 'runJobs', description: 'Have work done in the background, such as measuring weeks or training a model', action: 'Run jobs' },
		{ name: 'Score Discounts', value: 'scoreDiscounts', description: 'Add how unusual the discounts of each sales order are', action: 'Score discounts' },
		{ name: 'Score Orders', value: 'scoreOrders', description: 'Add how likely each sales order is cancelled or goes wrong', action: 'Score orders' },
		{ name: 'Score Payments', value: 'scorePayments', description: 'Say of each batch of open invoices how likely each is paid late', action: 'Score payments' },
		{ name: 'Score Purchases', value: 'scorePurchases', description: 'Add how unusual the prices and quantities of each purchase order are', action: 'Score purchases' },
		{ name: 'Score Stock Moves', value: 'scoreStockMoves', description: 'Say of each batch of movements how much each looks like a correction', action: 'Score stock moves' },
		{ name: 'Send Feedback', value: 'sendFeedback', description: 'Tell the sidecar what a person made of its warning', action: 'Send feedback' },
		{ name: 'Write Summaries', value: 'writeSummaries', description: 'Turn the facts of each document into a summary', action: 'Write summaries' },
	],
	default: 'scoreDiscounts',
};
