import type { IDataObject } from 'n8n-workflow';

import { isObject, isText } from '../../shared/json';

/** Why a whole answer cannot be used; its single entries are judged one by one afterwards. */
export function answerProblem(answer: unknown, list: string, head: string[]): string | undefined {
	if (!isObject(answer)) return 'the answer is not a JSON object';
	if (!Array.isArray(answer[list])) return `${list} is not a list`;
	const missing = head.find((name) => !isText(answer[name]));
	return missing ? `${missing} is missing` : undefined;
}

export function byId(entries: unknown): Map<string, IDataObject> {
	const found = new Map<string, IDataObject>();
	for (const entry of entries as unknown[]) {
		if (isObject(entry) && isText(entry.id)) found.set(entry.id, entry);
	}
	return found;
}
