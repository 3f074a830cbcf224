import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';

import { documentProperties } from './resources/document/description';
import { fetchDocuments } from './resources/document/fetchDocuments';
import { recordExtractions } from './resources/document/recordExtractions';
import { storeDocuments } from './resources/document/storeDocuments';
import { beginEffect } from './resources/effect/beginEffect';
import { effectProperties } from './resources/effect/description';
import { finishEffect } from './resources/effect/finishEffect';
import { eventProperties } from './resources/event/description';
import { recordChecks } from './resources/event/recordChecks';
import { exceptionProperties } from './resources/exception/description';
import { reportAlerts } from './resources/exception/reportAlerts';
import { reportException } from './resources/exception/reportException';
import { patternProperties } from './resources/pattern/description';
import { readDueWeeks } from './resources/pattern/readDueWeeks';
import { recordWeeks } from './resources/pattern/recordWeeks';
import { priorityProperties } from './resources/priority/description';
import { readWork } from './resources/priority/readWork';
import { recordRanks } from './resources/priority/recordRanks';
import { compareRecords } from './resources/reconciliation/compareRecords';
import { reconciliationProperties } from './resources/reconciliation/description';
import { retrainingProperties } from './resources/retraining/description';
import { readDueSteps } from './resources/retraining/readDueSteps';
import { recordSteps } from './resources/retraining/recordSteps';
import { scoreProperties } from './resources/score/description';
import { readRecords } from './resources/score/readRecords';
import { recordScores } from './resources/score/recordScores';
import { summaryProperties } from './resources/summary/description';
import { readDue } from './resources/summary/readDue';
import { recordSummaries } from './resources/summary/recordSummaries';
import { ticketProperties } from './resources/ticket/description';
import { ingestEmail } from './resources/ticket/ingestEmail';

const operations: Record<string, (context: IExecuteFunctions) => Promise<INodeExecutionData[][]>> = { beginEffect, compareRecords, fetchDocuments, finishEffect, ingestEmail, readDue, readDueSteps, readDueWeeks, readRecords, readWork, recordChecks, recordExtractions, recordRanks, recordScores, recordSteps, recordSummaries, recordWeeks, reportAlerts, reportException, storeDocuments };

export class GatehouseOdoo implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Gatehouse Odoo',
		name: 'gatehouseOdoo',
		icon: { light: 'file:gatehouse.svg', dark: 'file:gatehouse.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{$parameter["operation"]}}',
		description: 'Writes checks, documents, effects, exceptions and messages to Odoo',
		defaults: { name: 'Gatehouse Odoo' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials: [{ name: 'gatehouseOdooApi', required: true }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Document', value: 'document' },
					{ name: 'Effect', value: 'effect' },
					{ name: 'Event', value: 'event' },
					{ name: 'Exception', value: 'exception' },
					{ name: 'Pattern', value: 'pattern' },
					{ name: 'Priority', value: 'priority' },
					{ name: 'Reconciliation', value: 'reconciliation' },
					{ name: 'Retraining', value: 'retraining' },
					{ name: 'Score', value: 'score' },
					{ name: 'Summary', value: 'summary' },
					{ name: 'Ticket', value: 'ticket' },
				],
				default: 'event',
			},
			...documentProperties,
			...effectProperties,
			...eventProperties,
			...exceptionProperties,
			...patternProperties,
			...priorityProperties,
			...reconciliationProperties,
			...retrainingProperties,
			...scoreProperties,
			...summaryProperties,
			...ticketProperties,
			{
				displayName: 'Timeout (Ms)',
				name: 'timeout',
				type: 'number',
				typeOptions: { minValue: 100, maxValue: 120000 },
				default: 20000,
				description: 'After how many milliseconds without an answer the call is tried again',
			},
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const name = this.getNodeParameter('operation', 0) as string;
		const operation = operations[name];
		if (!operation) throw new NodeOperationError(this.getNode(), `Unknown operation ${name}`);
		try {
			return await operation(this);
		} catch (error) {
			// n8n takes what is thrown for "go on with the input"; only such an item leaves by the error output.
			if (!this.continueOnFail()) {
				// each class gives back what is of its own kind already
				if (error instanceof NodeApiError) throw new NodeApiError(this.getNode(), error as unknown as JsonObject);
				throw new NodeOperationError(this.getNode(), error as Error);
			}
			return [[{ json: { error: (error as Error).message }, pairedItem: { item: 0 } }]];
		}
	}
}
