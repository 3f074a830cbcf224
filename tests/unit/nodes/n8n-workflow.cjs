// What the package takes from n8n at run time; the unit tests run without an n8n.
class NodeOperationError extends Error {
	constructor(_node, error) {
		if (error instanceof NodeOperationError) return error; // as n8n's own do with what is of their kind
		super(typeof error === 'string' ? error : error.message);
	}
}
class NodeApiError extends Error {
	constructor(_node, response, { message, httpCode } = {}) {
		if (response instanceof NodeApiError) return response;
		super(message);
		this.httpCode = httpCode;
	}
}
module.exports = { NodeApiError, NodeConnectionTypes: { Main: 'main' }, NodeOperationError, sleep: async () => {} };
