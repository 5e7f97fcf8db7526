// Writes dist/vendor/: the parts of two large libraries that cqshop uses, so that an installation does not bring the rest (150 MB).
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const here = dirname(fileURLToPath(import.meta.url));
const vendor = join(here, '..', 'dist', 'vendor');
const require = createRequire(import.meta.url);

await build({
  input: join(here, 'libraries', 'tensorflow.js'),
  platform: 'node',
  resolve: { mainFields: ['module', 'main'] },
  logLevel: 'warn',
  output: {
    file: join(vendor, 'tensorflow.cjs'),
    format: 'cjs',
    minify: true,
    codeSplitting: false,
    comments: { legal: true },
  },
});
await build({
  input: join(here, 'libraries', 'echarts.js'),
  platform: 'browser',
  logLevel: 'warn',
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  output: {
    file: join(vendor, 'echarts.js'),
    format: 'iife',
    minify: true,
    postBanner:
      '/*! Apache ECharts, copyright the Apache Software Foundation, Apache License 2.0: apache.org/licenses */',
  },
});
const wasm = join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'wasm-out');
for (const file of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'])
  await copyFile(join(wasm, file), join(vendor, file));
const versions = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-backend-wasm', 'echarts'].map(
  name => `${name} ${require(`${name}/package.json`).version}`,
);
const [licence, notice] = await Promise.all(
  ['LICENSE', 'NOTICE'].map(file => readFile(require.resolve(`echarts/${file}`), 'utf8')),
);
await writeFile(
  join(vendor, 'LICENSE.txt'),
  `This directory holds parts of ${versions.join(', ')}, all under this licence.\n\n${notice}\n${licence}`,
);
