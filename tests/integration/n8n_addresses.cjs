// Asks n8n's own protection which addresses a workflow may call: node n8n_addresses.cjs NODE_MODULES NAMES URLS
// NAMES: JSON object of host names and what they resolve to; URLS: JSON list. Prints a JSON object of URL and true or false.
const [modules, names, urls] = process.argv.slice(2);
const { SsrfProtectionService } = require(`${modules}/@n8n/backend-network/dist/ssrf/index.js`);
const { SsrfProtectionConfig } = require(`${modules}/@n8n/config`);
const { Container } = require(`${modules}/@n8n/di`);

const known = JSON.parse(names);
const resolver = { lookup: async (name) => [{ address: known[name], family: 4 }] };
const quiet = { scoped: () => ({ warn: console.error, debug() {}, info() {} }) };
const config = Container.get(SsrfProtectionConfig);
const protection = new SsrfProtectionService(config, resolver, quiet);

(async () => {
  const allowed = {};
  for (const url of JSON.parse(urls)) allowed[url] = (await protection.validateUrl(url)).ok;
  console.log(JSON.stringify({ enabled: config.enabled, allowed }));
})();
