import type { IDataObject, INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { AREAS, batchRefusal, routeEvents } from './batch';
import { gatehouseSigningTest } from './credentialTest';
import { requestRefusal } from './request';
import { signingKeys } from './signature';

// n8n types a response code as text but hands it to the HTTP server as it is, which wants a number.
const ACCEPTED = 202 as unknown as string;

export class GatehouseTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Gatehouse Trigger',
		name: 'gatehouseTrigger',
		icon: { light: 'file:gatehouse.svg', dark: 'file:gatehouse.dark.svg' },
		group: ['trigger'],
		// Version 2 with a webhook of literals: from version 1, or with an expression, n8n spends four times the CPU on a request.
		version: [1, 2],
		defaultVersion: 2,
		subtitle: 'signed events by area',
		description: 'Starts the workflow on a signed batch of Odoo events, one output an area',
		defaults: { name: 'Gatehouse Trigger' },
		inputs: [],
		outputs: AREAS.map(() => NodeConnectionTypes.Main),
		outputNames: [...AREAS],
		credentials: [{ name: 'gatehouseSigningApi', required: true, testedBy: 'gatehouseSigningTest' }],
		webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', responseCode: ACCEPTED, responseData: 'noData', path: 'events' }],
		properties: [],
	};

	methods = { credentialTest: { gatehouseSigningTest } };

	webhookMethods = {
		default: {
			async checkExists() {
				return true;
			},
			async create() {
				return true;
			},
			async delete() {
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const request = this.getRequestObject();
		const { secret, previousSecret } = await this.getCredentials<{ secret?: string; previousSecret?: string }>('gatehouseSigningApi');
		const refusal = requestRefusal(request, signingKeys([secret, previousSecret]), Date.now() / 1000) ?? batchRefusal(request.body);
		if (refusal) {
			// Written here and not thrown: a refusal leaves no execution behind.
			this.getResponseObject().status(refusal.status).json({ code: refusal.code, message: refusal.message });
			return { noWebhookResponse: true };
		}
		return { workflowData: routeEvents((request.body as { events: IDataObject[] }).events) };
	}
}
