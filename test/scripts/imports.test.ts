import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const scripts = readdirSync('scripts').filter(name => name.endsWith('.js'));
const built = /import \{([^}]*)\} from '\.\.\/(dist\/[^']+)'/g;

test.each(scripts)('scripts/%s imports from dist/ only what dist/ exports', async script => {
  for (const [, names = '', path = ''] of readFileSync(`scripts/${script}`, 'utf8').matchAll(built)) {
    const exported = Object.keys(await import(`../../${path}`));
    const wanted = names.split(',').map(name => name.trim().split(' as ')[0] ?? '');
    expect(exported, path).toEqual(expect.arrayContaining(wanted.filter(name => name !== '')));
  }
});
