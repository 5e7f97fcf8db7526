// Runs one command under several versions of Node and fails if it fails, or prints something else, under any of them.
//
//   node scripts/node-matrix.js [--versions 20,22,24,26] <program> [argument...]
//   node scripts/node-matrix.js node bin/cqshop.js simulate scenarios/clean.yaml --days 2 --broker embedded:{dir}/broker
//
// The versions come from the `node` package on npm, into a temporary directory that is removed at the end; `node` in the command, and whatever it starts
// by that name, is the version's. `{dir}` in an argument becomes a directory that each version has to itself: they run side by side.
// Not part of `npm test`: it downloads some 50 MB a version.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const words = process.argv.slice(2);
const versions = (words[0] === '--versions' ? (words.splice(0, 2)[1] ?? '') : '20,22,24,26').split(',').filter(Boolean);
if (words.length === 0 || versions.length === 0) {
  console.error(
    'Cannot run the matrix: there is no command, expected node scripts/node-matrix.js [--versions 20,22] <program> [argument...]',
  );
  process.exitCode = 2;
} else {
  process.exitCode = await runMatrix(versions, words);
}

async function runMatrix(versions, command) {
  const directory = await mkdtemp(join(tmpdir(), 'cqshop-node-matrix-'));
  const outputs = new Map();
  let failed = false;
  try {
    const started = versions.map(version => runVersion(version, directory, command));
    // Wait for all before printing anything: the directory is deleted at the end.
    const ended = await Promise.allSettled(started);
    for (const [index, { status, value, reason }] of ended.entries()) {
      if (status === 'rejected') throw reason;
      const { exact, code, output } = value;
      outputs.set(output, [...(outputs.get(output) ?? []), versions[index]]);
      failed ||= code !== 0;
      console.log(`${exact}: exit ${code}, ${Buffer.byteLength(output)} bytes on stdout`);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  if (outputs.size > 1) {
    failed = true;
    const groups = [...outputs.values()].map(group => group.join(' and '));
    console.log(`The output differs: ${groups.join(', but ')}`);
  }
  return failed ? 1 : 0;
}

/** Installs one version and runs the command under it. */
async function runVersion(version, directory, command) {
  const bin = await install(version, join(directory, `node-${version}`));
  const environment = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const own = join(directory, `run-${version}`);
  await mkdir(own);
  const exact = (await run(['node', '--version'], environment)).stdout.trim();
  if (!exact.startsWith(`v${version}`)) {
    throw new Error(`Cannot run Node ${version}: npm installed ${exact}, expected v${version}`);
  }
  const { code, stdout } = await run(
    command.map(word => word.replaceAll('{dir}', own)),
    environment,
  );
  return { exact, code, output: stdout.replaceAll(own, '{dir}') };
}

/** Installs one version, tried three times since a registry may fail for a moment; returns the directory of its binary. */
async function install(version, prefix) {
  await mkdir(prefix);
  await writeFile(join(prefix, 'package.json'), '{ "private": true }\n');
  const arguments_ = ['install', '--prefix', prefix, '--no-save', '--no-audit', '--no-fund', `node@${version}`];
  for (let attempt = 1; ; attempt++) {
    const { code } = await run(['npm', ...arguments_], process.env);
    if (code === 0) return join(prefix, 'node_modules', 'node', 'bin');
    if (attempt === 3) throw new Error(`Cannot install Node ${version}: npm ended with ${code}, expected 0`);
    console.error(`npm ended with ${code}, and is tried again`);
    await setTimeout(attempt * 5000);
  }
}

/** Runs a command to its end; what it writes to stderr passes through. */
function run([program, ...arguments_], env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, arguments_, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks = [];
    child.stdout.on('data', chunk => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', code => resolve({ code: code ?? 1, stdout: Buffer.concat(chunks).toString() }));
  });
}
