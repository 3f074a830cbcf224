import type { IAuthenticate, Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

import { withBearer } from '../shared/authenticate';

const LINE = 'Connection test of Gatehouse';

/** What the connection test sends by contract; a channel of a chat can only be tried by posting to it. */
const TRIALS = {
	slack: { text: LINE },
	teams: {
		type: 'message',
		attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock', text: LINE }] } }],
	},
	others: {
		documents: [{ id: 'test', customer: 'partner:0', country: 'DE', carrier: null, weight_kg: 1, amount: { value: '1.00', currency: 'EUR' }, vendor: 'partner:0', items: [{ item: 'test', quantity: 1, needed_by: '2030-01-01' }] }],
	},
};

/** Inside an expression two closing braces in a row end it. */
const written = JSON.stringify(TRIALS).replace(/}(?=})/g, '} ');

export class GatehousePartnerApi implements ICredentialType {
	name = 'gatehousePartnerApi';

	displayName = 'Gatehouse Partner API';

	icon: Icon = { light: 'file:../nodes/Gatehouse/gatehouse.svg', dark: 'file:../nodes/Gatehouse/gatehouse.dark.svg' };

	documentationUrl = 'https://gatehouse.invalid/docs/nodes#partners';

	properties: INodeProperties[] = [
		{ displayName: 'Base URL', name: 'baseUrl', type: 'string', default: '', required: true, placeholder: 'e.g. https://partner.example.com', description: 'Address of a service that speaks the partner contract' },
		{ displayName: 'API Key', name: 'apiKey', type: 'string', typeOptions: { password: true }, default: '', required: true },
		{
			displayName: 'Contract',
			name: 'contract',
			type: 'options',
			options: [
				{ name: 'Account Data', value: '/v1/accounts/lookup' },
				{ name: 'Carrier Limits', value: '/v1/carrier/limits' },
				{ name: 'Finance Exposure', value: '/v1/finance/exposure' },
				{ name: 'Slack Channel', value: 'slack' },
				{ name: 'Supplier Availability', value: '/v1/supplier/availability' },
				{ name: 'Teams Channel', value: 'teams' },
			],
			default: '/v1/accounts/lookup',
			description: 'What the connection test asks for, or posts a line to where it is a channel; the nodes choose by their operation',
		},
	];

	authenticate: IAuthenticate = async (credentials, request) => withBearer(credentials, request);

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl}}',
			url: '={{$credentials.contract.startsWith("/") ? $credentials.contract : ""}}',
			method: 'POST',
			body: `={{(${written})[$credentials.contract] ?? (${written}).others}}`,
			json: true,
		},
	};
}
