#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);

if (existsSync(main)) {
  const cli = await import(main.href);
  const exitCode = await cli.main(process.argv.slice(2));
  for (const stream of [process.stdout, process.stderr]) await written(stream);
  // A Kafka client that is closed while it connects would keep the process alive.
  process.exit(exitCode);
} else {
  process.stderr.write('error: Cannot start cqshop: it is not built, expected dist/, which `npm run build` makes\n');
  process.exitCode = 1;
}

/** Resolves when everything is written, or when writing failed. */
function written(stream) {
  return new Promise(resolve => {
    stream.write('', () => resolve());
  });
}
