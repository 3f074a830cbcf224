// The built package, by GATEHOUSE_NODES_DIST: `node n8n-nodes/build.mjs --modules <n8n tree>/node_modules --out DIR`, then DIR/dist.
import { createRequire, registerHooks } from 'node:module';
import { resolve } from 'node:path';

const dist = process.env.GATEHOUSE_NODES_DIST;
if (!dist) throw new Error('set GATEHOUSE_NODES_DIST to the dist folder of the built package (see n8n-nodes/README.md)');

const n8n = new URL('n8n-workflow.cjs', import.meta.url).href;
registerHooks({ resolve: (specifier, context, next) => (specifier === 'n8n-workflow' ? { url: n8n, format: 'commonjs', shortCircuit: true } : next(specifier, context)) });

export const load = (path) => createRequire(import.meta.url)(resolve(dist, path));
