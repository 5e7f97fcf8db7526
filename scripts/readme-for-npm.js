// Before `npm pack` and `npm publish`: makes the relative links and pictures of README.md absolute, since npm shows the page without its files. They
// lead to the published package itself. Afterwards the page is as it was.
//
//   node scripts/readme-for-npm.js              change it
//   node scripts/readme-for-npm.js --restore    change it back
//   node scripts/readme-for-npm.js --print      only print it
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const { name, version } = createRequire(import.meta.url)('../package.json');
const readme = fileURLToPath(new URL('../README.md', import.meta.url));
const kept = `${readme}.orig`;
const base = `https://cdn.jsdelivr.net/npm/${name}@${version}/`;

if (process.argv.includes('--restore')) {
  if (existsSync(kept)) renameSync(kept, readme);
} else {
  const page = readFileSync(readme, 'utf8');
  const absolute = page
    .replace(/(\]\()(?![a-z]+:|#)([^)]+\))/g, `$1${base}$2`)
    .replace(/((?:src|srcset|href)=")(?![a-z]+:|#)/g, `$1${base}`);
  if (process.argv.includes('--print')) process.stdout.write(absolute);
  else {
    writeFileSync(kept, page);
    writeFileSync(readme, absolute);
  }
}
