import type { IAuthenticate, Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

import { withBearer } from '../shared/authenticate';

export class GatehouseOdooApi implements ICredentialType {
	name = 'gatehouseOdooApi';

	displayName = 'Gatehouse Odoo API';

	icon: Icon = { light: 'file:../nodes/GatehouseOdoo/gatehouse.svg', dark: 'file:../nodes/GatehouseOdoo/gatehouse.dark.svg' };

	documentationUrl = 'https://gatehouse.invalid/docs/nodes#odoo';

	properties: INodeProperties[] = [
		{ displayName: 'Base URL', name: 'baseUrl', type: 'string', default: '', required: true, placeholder: 'e.g. https://odoo.example.com' },
		{ displayName: 'Database', name: 'database', type: 'string', default: '', required: true },
		{ displayName: 'API Key', name: 'apiKey', type: 'string', typeOptions: { password: true }, default: '', required: true, description: 'API key of the integration bot' },
	];

	authenticate: IAuthenticate = async (credentials, request) => withBearer(credentials, request, { 'X-Odoo-Database': String(credentials.database) });

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl}}',
			url: '/json/2/res.users/context_get',
			method: 'POST',
			body: {},
			json: true,
		},
	};
}
