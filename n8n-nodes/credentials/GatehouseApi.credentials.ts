import type { IAuthenticate, Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

import { withBearer } from '../shared/authenticate';

export class GatehouseApi implements ICredentialType {
	name = 'gatehouseApi';

	displayName = 'Gatehouse API';

	icon: Icon = { light: 'file:../nodes/Gatehouse/gatehouse.svg', dark: 'file:../nodes/Gatehouse/gatehouse.dark.svg' };

	documentationUrl = 'https://gatehouse.invalid/docs/nodes#sidecar';

	properties: INodeProperties[] = [
		{ displayName: 'Base URL', name: 'baseUrl', type: 'string', default: '', required: true, placeholder: 'e.g. https://sidecar.example.com', description: 'Address of the Gatehouse sidecar' },
		{ displayName: 'API Key', name: 'apiKey', type: 'string', typeOptions: { password: true }, default: '', required: true, description: 'Key with the scopes score and classify' },
	];

	authenticate: IAuthenticate = async (credentials, request) => withBearer(credentials, request);

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl}}',
			url: '/v1/emails/classify',
			method: 'POST',
			body: { messages: [{ id: 'test', subject: 'Connection test', text: 'Connection test' }] },
			json: true,
		},
	};
}
