#!/usr/bin/env node
// Lints the package by the rules of verified community nodes. Once before: npm ci --ignore-scripts --prefix n8n-nodes/lint
// node and npm must be on PATH. With --modules DIR the tools are taken from another folder that this lock was installed in.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { modules: { type: 'string' } } });
const modules = resolve(values.modules ?? join(here, 'node_modules'));
const tool = join(modules, '@n8n', 'node-cli', 'bin', 'n8n-node.mjs');
if (!existsSync(tool)) {
	console.error(`lint.mjs: no @n8n/node-cli in ${modules}: npm ci --ignore-scripts --prefix ${here}`);
	process.exit(2);
}

// The tool wants the package's own node_modules; a copy keeps the sources free of them.
const work = mkdtempSync(join(dirname(modules), 'work-'));
for (const name of ['package.json', 'tsconfig.json', 'README.md', 'LICENSE', 'credentials', 'nodes', 'shared']) {
	cpSync(join(here, '..', name), join(work, name), { recursive: true });
}
writeFileSync(join(work, 'eslint.config.mjs'), "import { config } from '@n8n/node-cli/eslint';\n\nexport default config;\n");
symlinkSync(modules, join(work, 'node_modules'), 'dir');
const { status } = spawnSync(process.execPath, [tool, 'lint'], { cwd: work, stdio: 'inherit' });
rmSync(work, { recursive: true, force: true });
process.exit(status ?? 1);
