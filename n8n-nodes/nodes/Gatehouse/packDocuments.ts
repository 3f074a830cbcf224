import type { IDataObject } from 'n8n-workflow';

const LARGEST_BATCH = 100;
const MOST_LINES = 2000;

/** Splits documents so that no call is over the contract's limits; as a rule that is one call. */
export function packDocuments(documents: IDataObject[]): { packs: IDataObject[][]; tooLarge: IDataObject[] } {
	const packs: IDataObject[][] = [];
	const tooLarge: IDataObject[] = [];
	let lines = 0;
	for (const document of documents) {
		const size = Array.isArray(document.lines) ? document.lines.length : 0;
		if (size > MOST_LINES) {
			tooLarge.push(document);
			continue;
		}
		const last = packs.at(-1);
		if (last && last.length < LARGEST_BATCH && lines + size <= MOST_LINES) {
			last.push(document);
			lines += size;
		} else {
			packs.push([document]);
			lines = size;
		}
	}
	return { packs, tooLarge };
}
