// Builds the optional package @tensorflow/tfjs-node for `--backend node`: npm run tfjs-node
//
// The package's own install script downloads its library from a server that many networks do not reach. This script builds the package on Linux
// (x86-64) from npm and PyPI alone: TensorFlow's library and its headers come from the wheel tensorflow-cpu, the addon from the package's own sources.
// Needs npm, Python 3 with pip, and g++ with C++17. Downloads 210 MB, takes 0.9 GB in .cqshop/ and about a minute. `npm ci` removes only the link to it,
// and the next `npm run tfjs-node` puts it back. It does nothing where the package computes already.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tensorflow = {
  wheel: 'tensorflow-cpu==2.15.1',
  sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
};
const root = fileURLToPath(new URL('..', import.meta.url));
const name = '@tensorflow/tfjs-node';
const { peerDependencies } = createRequire(import.meta.url)('../package.json');
const version = peerDependencies[name];
const place = join(root, '.cqshop', `tfjs-node-${version}`);
const packageIn = dir => join(dir, 'node_modules', name);
/** Of the package, as Node 20 to 26 look for it: Node-API 8. */
const addon = join('lib', 'napi-v8', 'tfjs_binding.node');

try {
  process.exitCode = main();
} catch (error) {
  console.error(`Cannot build ${name}: ${error.message}`);
  process.exitCode = 1;
}

function main() {
  if (computes()) return report('computes already');
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.error(
      `Cannot build ${name}: this is ${process.platform} ${process.arch}, expected linux x64. Try its own installation: npm install --no-save ${name}@${version}`,
    );
    return 1;
  }
  if (!existsSync(place)) build();
  link();
  if (computes()) return report(`is in ${place}`);
  // What was built by an interrupted or older run may be damaged.
  rmSync(place, { recursive: true, force: true });
  throw new Error('it was built and does not compute, expected 1 + 2 + 3 to be 6');
}

function report(where) {
  console.log(`${name} ${version} ${where}`);
  return 0;
}

/** In a process of its own, as cqshop starts it. */
function computes() {
  const code = `
    const util = require('node:util');
    util.isNullOrUndefined = value => value === null || value === undefined;
    util.isArray = Array.isArray;
    const tf = require('${name}');
    process.exitCode = tf.getBackend() === 'tensorflow' && tf.tensor1d([1, 2, 3]).sum().dataSync()[0] === 6 ? 0 : 1;`;
  return spawnSync(process.execPath, ['-e', code], { cwd: root, stdio: 'ignore' }).status === 0;
}

/** Everything lies in one directory, which appears whole or not at all. */
function build() {
  const partial = `${place}.${process.pid}`;
  try {
    mkdirSync(partial, { recursive: true });
    console.log(`Fetching ${name} ${version} and ${tensorflow.wheel} (210 MB)`);
    fetchLibrary(partial);
    writeFileSync(join(partial, 'package.json'), '{ "private": true }\n');
    const packages = [`${name}@${version}`, 'node-api-headers@1.9.0'];
    // Without its install script, which downloads the library.
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', ...packages], partial);
    console.log('Compiling its addon');
    compile(partial);
    renameSync(partial, place);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Unpacks what the addon needs of the wheel. Python only downloads and unpacks it: it need not be the version that the wheel is for. */
function fetchLibrary(dir) {
  writeFileSync(join(dir, 'requirements.txt'), `${tensorflow.wheel} --hash=sha256:${tensorflow.sha256}\n`);
  const wheelFor = ['--implementation', 'cp', '--python-version', '3.11', '--platform', 'manylinux2014_x86_64'];
  const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--require-hashes', '--only-binary', ':all:'];
  run('python3', [...download, ...wheelFor, '--dest', '.', '-r', 'requirements.txt'], dir);
  const unpack = `
import glob, os, zipfile
wheel = glob.glob('*.whl')[0]
wanted = ('libtensorflow_', 'include/tensorflow/c/', 'include/tensorflow/core/platform/', 'include/tensorflow/tsl/', 'include/tsl/')
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(members=[n for n in archive.namelist() if n.startswith(tuple('tensorflow/' + w for w in wanted))])
os.remove(wheel)`;
  run('python3', ['-c', unpack], dir);
}

function compile(dir) {
  const from = packageIn(dir);
  const to = join(from, addon);
  mkdirSync(dirname(to), { recursive: true });
  // Relative, so that the directory can be moved.
  const runPath = '$ORIGIN/../../../../../tensorflow';
  run(
    'g++',
    [
      ...['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'],
      ...['node_modules/node-api-headers/include', 'tensorflow/include'].map(include => `-I${join(dir, include)}`),
      ...['-o', to],
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map(file => join(from, 'binding', file)),
      `-L${join(dir, 'tensorflow')}`,
      ...['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', `-Wl,-rpath,${runPath}`],
    ],
    dir,
  );
}

/** `@tensorflow/tfjs-node` is found where npm would install it, and finds its own dependencies in its own place. */
function link() {
  const to = packageIn(root);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(packageIn(place), to);
}

function run(program, words, cwd) {
  const { status, error } = spawnSync(program, words, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined)
    throw new Error(`${program} cannot be started (${error.message}), expected it to be installed`);
  if (status !== 0) throw new Error(`${program} ended with ${status}, expected 0`);
}
