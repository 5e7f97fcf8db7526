#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);

if (existsSync(main)) {
  const cli = await import(main.href);
  const exitCode = await cli.main(process.argv.slice(2));
  for (const stream of [process.stdout, process.stderr]) await written(stream);
  // A connection that the Kafka client was just making when it was closed would keep a process alive whose work is done.
  process.exit(exitCode);
} else {
  process.stderr.write('error: Cannot start cqshop: it is not built, expected dist/; `npm run build` makes it\n');
  process.exitCode = 1;
}

/** Resolves when all that was written has gone to the reader, or cannot. */
function written(stream) {
  return new Promise(resolve => {
    stream.write('', () => resolve());
  });
}
