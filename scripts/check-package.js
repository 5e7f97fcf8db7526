// Packs cqshop, installs the tarball in an empty directory as users do, and tries it there: the examples of the help, for each verb in an empty folder,
// and imports from JavaScript and TypeScript. Prints a line for each; fails at the first that does not work. `--brief` leaves out what takes several seconds.
//
//   node scripts/check-package.js [--brief] <new directory>        with the Node that runs it, after `npm run build`
//   npm run check:package                                          with Node 20, 22, 24 and 26
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({ options: { brief: { type: 'boolean' } }, allowPositionals: true });
const folder = resolve(positionals[0] ?? 'package-check');

/** Examples that take minutes or a broker. */
const left = [
  /kafka:|--live|--follow|^cqshop serve/,
  /^cqshop (run|evaluate)\b(?!.*(--dataset|--dry-run))/,
  ...(values.brief ? [/^cqshop (demo .|simulate .*--twin|audit .*--json)/] : []),
];
/** Verbs of which no example can work without a broker or what others publish. */
const needy = ['serve', 'benchmark nab'];
/** What a user must have: a word that is a file or directory, unless it is written, and the words of two examples. */
const file = /^(?!embedded:|--)[\w./-]+(\/[\w.-]+|\.(yaml|csv|log|parquet))$/;
const isWritten = word => ['--out', '--broker'].includes(word);
const ownNames = /\b(NAB|external)\b/;

await mkdir(join(folder, 'empty'), { recursive: true });
const place = join(folder, 'empty');
await writeFile(join(place, 'package.json'), '{ "private": true, "type": "module" }\n');
const [{ filename }] = JSON.parse(
  (await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root)).stdout,
);
const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, filename)];
await run('npm', install, place);
console.log(`${filename} installs`);

const installed = join(place, 'node_modules', 'cqshop');
for (const { name, examples } of await verbsWithExamples()) {
  const stand = join(place, 'stands', name);
  await mkdir(stand, { recursive: true });
  const tried = [];
  for (const example of examples.filter(line => !left.some(pattern => pattern.test(line)))) {
    const words = example.split(' ').slice(1);
    const read = words.filter((_, index) => !isWritten(words[index - 1])).flatMap(word => word.split(','));
    const needed = read.filter(word => file.test(word));
    const missing = needed.filter(path => ![stand, installed].some(dir => existsSync(join(dir, path))));
    if (missing.length > 0 || ownNames.test(example)) continue;
    await run(process.execPath, [join(installed, 'bin/cqshop.js'), ...words], stand);
    tried.push(example);
    console.log(`runs: ${example}`);
  }
  const own = tried.find(example => example.startsWith(`cqshop ${name}`));
  if (own === undefined && !needy.includes(name))
    throw new Error(`no example of ${name} --help works in an empty folder`);
}

for (const [title, code] of await apiExamples()) {
  await writeFile(join(place, 'example.js'), code);
  await run(process.execPath, ['example.js'], place);
  console.log(`imports: ${title}`);
}
await writeFile(join(place, 'example.cjs'), "import('cqshop').then(({ detect }) => detect.name);\n");
await run(process.execPath, ['example.cjs'], place);
console.log('imports: from CommonJS');

await writeFile(
  join(place, 'example.ts'),
  `import { type Alarm, type Dataset, detect, readDataset } from 'cqshop';
const dataset: Dataset = await readDataset('datasets/sample');
const { alarms } = await detect('models/price-error', dataset);
export const first: Alarm | undefined = alarms[0];
// @ts-expect-error a number is no dataset
await detect('models/price-error', 1);
`,
);
const tsc = [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--target', 'es2023'];
for (const [resolution, module] of Object.entries({ bundler: 'esnext', node16: 'node16', nodenext: 'nodenext' })) {
  await run(process.execPath, [...tsc, '--module', module, '--moduleResolution', resolution, 'example.ts'], place);
  console.log(`types resolve: ${resolution}`);
}

/** The examples in the help of every verb, in the order of the registry. */
async function verbsWithExamples() {
  const { verbs } = await import(pathToFileURL(join(installed, 'dist/cli/verb-registry.js')).href);
  const words = verbs.flatMap(verb =>
    'subjects' in verb ? verb.subjects.map(one => ({ ...one, name: `${verb.name} ${one.name}` })) : [verb],
  );
  return Promise.all(words.map(async ({ name, load }) => ({ name, examples: (await load()).verb.examples })));
}

/** The examples of docs/api.md, with their headings. */
async function apiExamples() {
  const page = await readFile(join(installed, 'docs/api.md'), 'utf8');
  return [...page.matchAll(/^## (.+)\n\n```js\n([\s\S]*?)^```/gm)].map(([, title, code]) => [title, code]);
}

async function run(program, words, cwd) {
  try {
    return await promisify(execFile)(program, words, { cwd, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    throw new Error(`${program} ${words.join(' ')} failed in ${cwd}: ${error.stdout}${error.stderr}`);
  }
}
