// What the package takes from n8n at run time; the unit tests run without an n8n.
class NodeOperationError extends Error {
	constructor(_node, error) {
		super(typeof error === 'string' ? error : error.message);
	}
}
class NodeApiError extends Error {
	constructor(_node, _response, { message, httpCode }) {
		super(message);
		this.httpCode = httpCode;
	}
}
module.exports = { NodeApiError, NodeConnectionTypes: { Main: 'main' }, NodeOperationError, sleep: async () => {} };
