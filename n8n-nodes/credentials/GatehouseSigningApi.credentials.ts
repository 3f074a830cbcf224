import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

export class GatehouseSigningApi implements ICredentialType {
	name = 'gatehouseSigningApi';

	displayName = 'Gatehouse Signing API';

	icon: Icon = { light: 'file:../nodes/GatehouseTrigger/gatehouse.svg', dark: 'file:../nodes/GatehouseTrigger/gatehouse.dark.svg' };

	documentationUrl = 'https://gatehouse.invalid/docs/nodes#trigger';

	testedBy = 'gatehouseSigningTest';

	properties: INodeProperties[] = [
		{ displayName: 'Secret', name: 'secret', type: 'string', typeOptions: { password: true }, default: '', required: true, placeholder: 'whsec_…', description: 'Secret that Odoo signs its deliveries with: whsec_ and base64 of at least 24 bytes' },
		{ displayName: 'Previous Secret', name: 'previousSecret', type: 'string', typeOptions: { password: true }, default: '', description: 'Still accepted while the secret is being changed; empty otherwise' },
	];
}
