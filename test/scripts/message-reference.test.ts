import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderMessageReference } from '../../scripts/message-reference.js';
import { services } from '../../src/shop/services/registry.ts';

const page = readFileSync(new URL('../../docs/messages.md', import.meta.url), 'utf8');

describe('renderMessageReference', () => {
  it('is docs/messages.md; if not, run `npm run docs:messages`', () => {
    expect(page).toBe(renderMessageReference(services));
  });

  it('names every message, its fields and its readers', () => {
    for (const { commands, events } of services) {
      for (const [type, schema] of [...Object.entries(commands), ...Object.entries(events)]) {
        const row = page.split('\n').find(line => line.startsWith(`| \`${type}\` |`)) ?? '';
        for (const field of Object.keys(schema.shape)) expect(row).toContain(`\`${field}`);
      }
    }
    expect(page).toMatch(/\| `OrderCancelled` \|.*\| warehouse, payment, shipping \|/);
  });
});
