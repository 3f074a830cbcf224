import type { ICredentialsDecrypted, ICredentialTestFunctions, INodeCredentialTestResult } from 'n8n-workflow';

import { signingKeys } from './signature';

export async function gatehouseSigningTest(this: ICredentialTestFunctions, credential: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
	const { secret, previousSecret } = (credential.data ?? {}) as { secret?: string; previousSecret?: string };
	if (signingKeys([secret]).length === 0) return { status: 'Error', message: 'Secret must be whsec_ and base64 of at least 24 bytes' };
	if (previousSecret && signingKeys([previousSecret]).length === 0) return { status: 'Error', message: 'Previous Secret must be whsec_ and base64 of at least 24 bytes' };
	return { status: 'OK', message: 'The secrets are well formed' };
}
