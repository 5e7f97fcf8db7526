// Before `npm pack`: README.md with absolute addresses, since npm's page of a package resolves no relative ones without a repository. They lead to
// unpkg, which serves the files of the published package. After it, with --restore: README.md as it was.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The README with each relative link and picture as an address in the published package. */
export function packedReadme(text, { name, version }) {
  const base = `https://unpkg.com/${name}@${version}/`;
  const isRelative = target => !/^([a-z]+:|#|\/)/.test(target);
  const absolute = target => (isRelative(target) ? base + target : target);
  return text
    .replaceAll(/(\]\()([^)\s]+)(\))/g, (_, before, target, after) => before + absolute(target) + after)
    .replaceAll(/((?:src|srcset)=")([^"]+)(")/g, (_, before, target, after) => before + absolute(target) + after);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const [readme, kept] = [join(root, 'README.md'), join(root, '.README.md.kept')];
  if (process.argv.includes('--restore')) {
    if (existsSync(kept)) renameSync(kept, readme);
  } else {
    const text = readFileSync(readme, 'utf8');
    writeFileSync(kept, text);
    writeFileSync(readme, packedReadme(text, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))));
  }
}
