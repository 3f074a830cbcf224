import type { IAuthenticate, Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

import { withBearer } from '../shared/authenticate';

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
				{ name: 'Supplier Availability', value: '/v1/supplier/availability' },
			],
			default: '/v1/accounts/lookup',
			description: 'What the connection test asks for; the nodes choose by their operation',
		},
	];

	authenticate: IAuthenticate = async (credentials, request) => withBearer(credentials, request);

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl}}',
			url: '={{$credentials.contract}}',
			method: 'POST',
			body: { documents: [{ id: 'test', customer: 'partner:0', country: 'DE', carrier: null, weight_kg: 1, amount: { value: '1.00', currency: 'EUR' }, vendor: 'partner:0', items: [{ item: 'test', quantity: 1, needed_by: '2030-01-01' }] }] },
			json: true,
		},
	};
}
