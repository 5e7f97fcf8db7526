// Writes docs/messages.md from the schemas of the services as built; with --check, only says whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { renderMessageReference } from '../dist/shop/services/message-reference.js';
import { services } from '../dist/shop/services/registry.js';

const page = new URL('../docs/messages.md', import.meta.url);
const rendered = renderMessageReference(services);

if (process.argv.includes('--check')) {
  if (current() !== rendered) {
    console.error('docs/messages.md is stale: run `npm run docs:messages`');
    process.exitCode = 1;
  }
} else {
  writeFileSync(page, rendered);
}

function current() {
  try {
    return readFileSync(page, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
