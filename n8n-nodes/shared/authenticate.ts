import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

/** Bearer key set by code: the declarative form costs an expression evaluation a request. */
export function withBearer(credentials: ICredentialDataDecryptedObject, request: IHttpRequestOptions, extra: Record<string, string> = {}): IHttpRequestOptions {
	// An incoming webhook has no key: its address is the secret.
	if (!credentials.apiKey) return { ...request, headers: { ...request.headers, ...extra } };
	return { ...request, headers: { ...request.headers, ...extra, Authorization: `Bearer ${String(credentials.apiKey)}` } };
}
