import type { IDataObject } from 'n8n-workflow';

import { isObject } from './json';

/** A message comes as the item itself or, straight from a Webhook node, as its `body`. */
export function messageOf(json: IDataObject): IDataObject {
	return json.message_id === undefined && isObject(json.body) ? json.body : json;
}
