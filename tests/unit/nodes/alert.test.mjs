import assert from 'node:assert/strict';
import { test } from 'node:test';

import { context, event, refusedConnection, timedOut } from './context.mjs';
import { load } from './dist.mjs';

const { alertBody, sendAlert } = load('nodes/Gatehouse/resources/partner/sendAlert.js');
const alert = (number, format = 'slack') => event(number, { data: { format, title: 'Carrier <!channel> down', text: 'Workflow failed, High', link: 'https://odoo.example/1' } });
const outcomes = (items) => items.map(({ json }) => json.result?.outcome);

test('a channel posts its own alerts and hands the others on untouched', async () => {
	const self = context([alert(1), alert(2, 'teams')], [{ body: 'ok' }], { channel: 'slack' });
	const [told, others] = await sendAlert(self);
	assert.deepEqual([outcomes(told), outcomes(others), self.calls.length], [['done'], [undefined], 1]);
	assert.equal(others[0].json.event_id, event(2).event_id);
});

test('a title can neither link nor call everybody in Slack, and is a card in Teams', () => {
	assert.equal(alertBody(alert(1).data).text, '*Carrier &lt;!channel&gt; down*\nWorkflow failed, High\n<https://odoo.example/1|Open in Odoo>');
	const { attachments: [card] } = alertBody(alert(1, 'teams').data);
	assert.equal(card.content.body[0].text, 'Carrier <!channel> down');
	assert.equal(card.content.actions[0].url, 'https://odoo.example/1');
});

test('only what certainly did not arrive is tried again', async () => {
	const answers = [[{ body: '<html>sign in</html>' }, 'unknown'], [timedOut(), 'unknown'], [{ statusCode: 503, body: '' }, 'failed'], [{ statusCode: 404, body: 'no_service' }, 'failed'], [{ statusCode: 400, body: 'invalid_payload' }, 'refused']];
	for (const [answer, outcome] of answers) {
		const self = context([alert(1)], [answer], { channel: 'slack' });
		assert.deepEqual(outcomes((await sendAlert(self))[0]), [outcome]);
		assert.equal(self.calls.length, 1);
	}
	const self = context([alert(1)], [refusedConnection(), refusedConnection()], { channel: 'slack' });
	assert.deepEqual(outcomes((await sendAlert(self))[0]), ['failed']);
});
