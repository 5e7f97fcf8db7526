#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);

if (existsSync(main)) {
  const cli = await import(main.href);
  process.exitCode = await cli.main(process.argv.slice(2));
} else {
  process.stderr.write('error: Cannot start cqshop: it is not built, expected dist/; `npm run build` makes it\n');
  process.exitCode = 1;
}
