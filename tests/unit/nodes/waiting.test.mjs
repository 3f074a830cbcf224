import assert from 'node:assert/strict';
import { test } from 'node:test';

import { context, refusedConnection } from './context.mjs';
import { load } from './dist.mjs';

const { rankPriorities } = load('nodes/Gatehouse/resources/sidecar/rankPriorities.js');
const { writeSummaries, draftReplies } = load('nodes/Gatehouse/resources/sidecar/writeTexts.js');
const { readWork } = load('nodes/GatehouseOdoo/resources/priority/readWork.js');
const { recordRanks } = load('nodes/GatehouseOdoo/resources/priority/recordRanks.js');
const { readDue } = load('nodes/GatehouseOdoo/resources/summary/readDue.js');
const { recordSummaries } = load('nodes/GatehouseOdoo/resources/summary/recordSummaries.js');

const batch = (id) => ({ id, currency: 'EUR', now: '2026-11-25T12:00:00Z', rates: null, items: [{ id: '1', since: '2026-11-25' }, { id: '2', since: '2026-11-25' }] });
const place = (id, rank) => ({ id, rank, cost_hour: '1.0000', assumed: false, text: 'why', reasons: [] });
const ranked = { model: 'priorities', version: 'rules 1', items: [place('2', 1), place('1', 2)] };

test('each batch is one call and leaves with what Odoo keeps', async () => {
	const self = context([batch('stock.picking:1'), batch('gatehouse.exception:1')], [{ body: ranked }]);
	const [items, open] = await rankPriorities(self);
	assert.deepEqual(self.calls[0].body, { currency: 'EUR', now: '2026-11-25T12:00:00Z', rates: null, items: batch('').items });
	assert.deepEqual([self.calls.length, open], [2, []]);
	assert.deepEqual(items[0].json, { id: 'stock.picking:1', available: true, version: 'rules 1', items: [{ id: '2', rank: 1, cost_hour: '1.0000', text: 'why' }, { id: '1', rank: 2, cost_hour: '1.0000', text: 'why' }] });
});

test('a batch without a whole answer leaves on the second output with the reason', async () => {
	for (const [answer, reason] of [
		[refusedConnection(), /ECONNREFUSED/],
		[{ statusCode: 503, body: {} }, /503/],
		[{ body: { ...ranked, items: [place('1', 1)] } }, /every item/],
		[{ body: { ...ranked, items: [{ id: '1', rank: 'first' }] } }, /lacks its rank/],
		[{ body: 'OK' }, /not a JSON object/],
	]) {
		const [items, [open]] = await rankPriorities(context([batch('stock.picking:1')], [answer]));
		assert.deepEqual(items, []);
		assert.deepEqual([open.json.id, open.json.available], ['stock.picking:1', false]);
		assert.match(open.json.reason, reason);
	}
});

test('work and what is due are read by one call, kept by one call for all', async () => {
	for (const [read, method] of [[readWork, 'gatehouse.priority/read_work'], [readDue, 'gatehouse.summary/read_due']]) {
		const self = context([{}], [{ body: [{ id: 'a' }, { id: 'b' }] }]);
		const [items] = await read(self);
		assert.match(self.calls[0].url, new RegExp(`/json/2/${method}$`));
		assert.deepEqual(items.map(({ json }) => json.id), ['a', 'b']);
	}
	for (const [keep, name] of [[recordRanks, 'batches'], [recordSummaries, 'summaries']]) {
		const self = context([{ id: 'a' }, { id: 'b' }], [{ body: [{ id: 'a' }, { id: 'b' }] }]);
		await keep(self);
		assert.deepEqual([self.calls.length, self.calls[0].body], [1, { [name]: [{ id: 'a' }, { id: 'b' }] }]);
	}
});

const due = (id) => ({ id, facts_sha256: `mark of ${id}`, subject: 'order', name: 'S1', facts: [] });
const written = (id) => ({ id, text: 'S1 is blocked', source: 'template', template: 'summaries/order 1', next_action: '', route: '', gist: '', model: '', prompt: '', fallback: null });

test('summaries are written by one call and keep the mark of the facts they are of', async () => {
	const self = context([due('a'), due('b')], [{ body: { model: 'template', version: '1', documents: [written('b'), written('a')] } }]);
	const [items, open] = await writeSummaries(self);
	assert.deepEqual(self.calls.length, 1);
	assert.equal('facts_sha256' in self.calls[0].body.documents[0], false);
	assert.deepEqual(items.map(({ json }) => [json.id, json.facts_sha256]), [['a', 'mark of a'], ['b', 'mark of b']]);
	assert.deepEqual(open, []);
});

test('what got no text leaves on the second output and says why', async () => {
	const [none, [open]] = await writeSummaries(context([due('a')], [refusedConnection()]));
	assert.deepEqual(none, []);
	assert.match(open.json.problem, /ECONNREFUSED/);
	const [[kept], [missing]] = await writeSummaries(context([due('a'), due('b')], [{ body: { model: 'template', version: '1', documents: [written('a')] } }]));
	assert.deepEqual([kept.json.id, missing.json.problem], ['a', 'no text for this document']);
});

test('a draft leaves beside the message and nothing else happens', async () => {
	const answer = { ...written('a'), subject: 'Your message' };
	const self = context([{ id: 'a', name: 'S1', facts: [] }], [{ body: { model: 'template', version: '1', documents: [answer] } }]);
	const [[item]] = await draftReplies(self);
	assert.deepEqual([item.json.name, item.json.draft.subject, self.calls.map(({ url }) => url)], ['S1', 'Your message', ['http://service.test/v1/drafts']]);
});
