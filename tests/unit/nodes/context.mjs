// The part of n8n that the operations use, with a scripted HTTP answer.
export function context(items, answers, parameters = {}) {
	const calls = [];
	const self = {
		calls,
		getInputData: () => items.map((json) => ({ json })),
		getExecutionId: () => '77',
		getWorkflow: () => ({ id: 'w', name: 'a workflow' }),
		getNode: () => ({ name: 'a node', type: 't', typeVersion: 1, id: '1', parameters: {}, position: [0, 0] }),
		getNodeParameter: (name, _index, fallback) => parameters[name] ?? fallback,
		getCredentials: async () => ({ baseUrl: 'http://service.test/' }),
		helpers: {
			async httpRequestWithAuthentication(credential, request) {
				calls.push({ credential, ...request });
				const answer = answers[Math.min(calls.length, answers.length) - 1];
				const given = typeof answer === 'function' ? answer(request) : answer;
				if (given instanceof Error) throw given;
				return { statusCode: 200, ...given };
			},
		},
	};
	return self;
}

export const refusedConnection = () => Object.assign(new Error('wrapped'), { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) });
export const timedOut = () => Object.assign(new Error('timeout of 3000ms exceeded'), { code: 'ECONNABORTED' });

export const event = (number, changes = {}) => ({
	event_id: `0b9d1b3e-0000-4000-8000-${String(number).padStart(12, '0')}`,
	type: 'sale.order.confirmed',
	traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
	document: { model: 'sale.order', id: number },
	checks: [],
	data: { currency: 'EUR', customer: 'partner:7', country: 'DE', carrier: null, weight_kg: 2, amount_total: '119.00', lines: [{ id: 'line:1' }] },
	...changes,
});
