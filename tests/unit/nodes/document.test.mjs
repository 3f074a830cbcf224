import assert from 'node:assert/strict';
import { test } from 'node:test';

import { context, event, refusedConnection, timedOut } from './context.mjs';
import { load } from './dist.mjs';

const { extractDocuments } = load('nodes/Gatehouse/resources/sidecar/extractDocuments.js');
const { fetchDocuments } = load('nodes/GatehouseOdoo/resources/document/fetchDocuments.js');
const { recordExtractions } = load('nodes/GatehouseOdoo/resources/document/recordExtractions.js');
const { storeDocuments } = load('nodes/GatehouseOdoo/resources/document/storeDocuments.js');
const { workflowReport } = load('nodes/GatehouseOdoo/reports.js');
const { areaOf } = load('nodes/GatehouseTrigger/batch.js');

/** A context whose items carry files, by the name of their field. */
function withFiles(items, answers, parameters) {
	const self = context(items.map(({ json }) => json), answers, parameters);
	self.getInputData = () => items;
	self.helpers.getBinaryDataBuffer = async (index, name) => Buffer.from(items[index].binary[name].text);
	self.helpers.prepareBinaryData = async (content, fileName) => ({ text: String(content), fileName });
	return self;
}
const reported = (request) => ({ body: request.body.reports.map(({ key }) => ({ key, id: 1, created: true })) });

test('a file is sent in base64 with its templates, and what was read comes out without them', async () => {
	const self = withFiles([{ json: { event_id: 'e1', templates: [{ id: 3 }] }, binary: { data: { text: '%PDF' } } }], [{ body: { document: { type: 'invoice' } } }], { timeout: 60000 });
	const [[item], open] = await extractDocuments(self);
	assert.deepEqual(self.calls[0].body, { content: Buffer.from('%PDF').toString('base64'), templates: [{ id: 3 }] });
	assert.deepEqual([item.json, open], [{ event_id: 'e1', extraction: { type: 'invoice' } }, []]);
});

test('only an answer about the file itself is final', async () => {
	for (const [answer, final, words] of [
		[{ statusCode: 422, body: { detail: 'the PDF holds no text' } }, true, 'the PDF holds no text'],
		[{ statusCode: 413, body: {} }, true, '413'],
		[{ statusCode: 503, body: {} }, false, '503'],
		[{ statusCode: 429, body: {} }, false, '429'],
		[{ statusCode: 401, body: {} }, false, '401'],
		[refusedConnection(), false, 'no connection'],
		[timedOut(), false, 'no answer within'],
		[{ body: { result: 'OK' } }, false, 'outside the contract'],
		[{ body: '<html>' }, false, 'outside the contract'],
	]) {
		const self = withFiles([{ json: { event_id: 'e1' }, binary: { data: { text: 'x' } } }], [answer], {});
		const [read, [item]] = await extractDocuments(self);
		assert.deepEqual(read, []);
		assert.equal(item.json.problem.final, final, JSON.stringify(answer));
		assert.ok(item.json.problem.text.includes(words), item.json.problem.text);
	}
});

test('every file of an item goes to Odoo in one call, and what is refused becomes an exception with a steady key', async () => {
	const item = { json: { path: '/inbox/a.pdf' }, binary: { attachment_0: { text: 'one', fileName: 'a.pdf' }, attachment_1: { text: 'two', fileName: 'b.pdf' } } };
	const answers = [{ body: [{ status: 'stored', id: 7 }, { status: 'refused', detail: 'it has 0 bytes' }] }, reported];
	const self = withFiles([item], answers, { source: 'folder', messageId: '/inbox/a.pdf' });
	const [[out]] = await storeDocuments(self);
	assert.deepEqual(self.calls[0].body.documents.map(({ file_name, source, message_id, content }) => [file_name, source, message_id, String(Buffer.from(content, 'base64'))]),
		[['a.pdf', 'folder', '/inbox/a.pdf', 'one'], ['b.pdf', 'folder', '/inbox/a.pdf', 'two']]);
	assert.deepEqual([out.json.refused, out.json.first, out.json.path], [true, 7, '/inbox/a.pdf']);
	assert.equal(self.calls[1].body.reports[0].key, 'document-intake:folder:/inbox/a.pdf');
});

test('an item without a file is refused and nothing is called for it', async () => {
	const self = withFiles([{ json: {} }], [reported], { source: 'webhook' });
	const [[out]] = await storeDocuments(self);
	assert.deepEqual([out.json.refused, self.calls.length], [true, 1]);
});

test('when Odoo does not answer nothing comes out, so that the file stays where it is', async () => {
	const self = withFiles([{ json: {}, binary: { data: { text: 'x' } } }], [{ statusCode: 422, body: { message: 'no' } }], { source: 'folder' });
	await assert.rejects(storeDocuments(self), /intake/);
});

test('files of events come as binary data, once each; what is read already ends here', async () => {
	const answers = [{ body: [{ status: 'read', file_name: 'a.pdf', content: Buffer.from('%PDF').toString('base64'), templates: [{ id: 1 }] }] }, { body: [{ status: 'done' }] }];
	const self = withFiles([{ json: event(1) }, { json: event(1) }, { json: event(2) }], answers, {});
	const [[item, ...none]] = await fetchDocuments(self);
	assert.deepEqual(none, []);
	assert.deepEqual([item.binary.data, item.json.file_name, item.json.templates], [{ text: '%PDF', fileName: 'a.pdf' }, 'a.pdf', [{ id: 1 }]]);
});

test('a result names its event, and what Odoo refuses becomes an exception', async () => {
	const items = [{ json: { event_id: 'e1', extraction: { type: 'invoice' } } }, { json: { event_id: 'e2', problem: { text: 'down', final: false } } }];
	const self = withFiles(items, [{ body: [{ status: 'recorded' }] }, { body: [{ status: 'unknown', detail: 'gone' }] }, reported], {});
	await recordExtractions(self);
	assert.deepEqual(self.calls[0].body.results, [{ event_id: 'e1', document: { type: 'invoice' } }]);
	assert.deepEqual(self.calls[1].body.results, [{ event_id: 'e2', problem: { text: 'down', final: false } }]);
	assert.equal(self.calls[2].body.reports[0].key, 'extraction:e2');
});

test('a folder that does not answer is one exception however often somebody looks', () => {
	const origin = { executionId: '1', workflow: '21-intake', category: 'document', title: 'The folder does not work' };
	const report = workflowReport({ error: 'ECONNREFUSED' }, origin);
	assert.deepEqual([report.key, report.again], ['workflow:21-intake:The folder does not work', true]);
	assert.match(report.detail, /^ECONNREFUSED\nOpen the execution in n8n and mend what the workflow asks for/);
	assert.equal(workflowReport({}, { ...origin, executionId: '2' }).key, report.key);
});

test('an arrived document goes to its own output', () => assert.equal(areaOf('supplier.document.received'), 'documents'));
