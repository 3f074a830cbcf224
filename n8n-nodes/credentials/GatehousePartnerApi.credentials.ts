import type { IAuthenticate, Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

import { withBearer } from '../shared/authenticate';

export class GatehousePartnerApi implements ICredentialType {
	name = 'gatehousePartnerApi';

	displayName = 'Gatehouse Partner API';

	icon: Icon = { light: 'file:../nodes/Gatehouse/gatehouse.svg', dark: 'file:../nodes/Gatehouse/gatehouse.dark.svg' };

	documentationUrl = 'https://gatehouse.invalid/docs/nodes#partners';

	testedBy = 'gatehousePartnerTest';

	properties: INodeProperties[] = [
		{ displayName: 'Base URL', name: 'baseUrl', type: 'string', default: '', required: true, placeholder: 'e.g. https://partner.example.com', description: 'Address of a service that speaks the partner contract' },
		{ displayName: 'API Key', name: 'apiKey', type: 'string', typeOptions: { password: true }, default: '', required: true },
	];

	authenticate: IAuthenticate = async (credentials, request) => withBearer(credentials, request);
}
