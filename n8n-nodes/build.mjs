#!/usr/bin/env node
// Builds the package with the TypeScript of an installed n8n, so that nothing is downloaded.
//   node n8n-nodes/build.mjs --modules <n8n tree>/node_modules --out DIR     then: cd DIR && npm pack
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const source = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { modules: { type: 'string' }, out: { type: 'string' } } });
if (!values.modules || !values.out) fail('usage: build.mjs --modules <n8n tree>/node_modules --out DIR');

const modules = resolve(values.modules);
const out = resolve(values.out);
const tsc = join(modules, 'typescript', 'lib', 'tsc.js');
if (!existsSync(tsc)) fail(`no TypeScript in ${modules}: give the node_modules of an n8n installation`);

mkdirSync(out, { recursive: true });
rmSync(join(out, 'dist'), { recursive: true, force: true });
const scratch = mkdtempSync(join(out, '.build-'));
try {
	const config = JSON.parse(readFileSync(join(source, 'tsconfig.json'), 'utf8'));
	writeFileSync(join(scratch, 'tsconfig.json'), JSON.stringify({
		compilerOptions: {
			...config.compilerOptions,
			rootDir: source,
			outDir: join(out, 'dist'),
			typeRoots: [join(modules, '@types')],
			paths: { '*': [join(modules, '*'), join(modules, '@types', '*')] },
		},
		include: config.include.map((pattern) => join(source, pattern)),
	}));
	const run = spawnSync(process.execPath, [tsc, '-p', join(scratch, 'tsconfig.json')], { stdio: 'inherit' });
	if (run.status !== 0) fail('TypeScript reported errors');
} finally {
	rmSync(scratch, { recursive: true, force: true });
}
for (const file of globSync(['nodes/**/*.{svg,node.json}'], { cwd: source })) {
	cpSync(join(source, file), join(out, 'dist', file));
}
for (const file of ['package.json', 'README.md', 'LICENSE']) cpSync(join(source, file), join(out, file));

function fail(message) {
	console.error(`build.mjs: ${message}`);
	process.exit(1);
}
