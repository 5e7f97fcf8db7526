// Preloaded into a process (`node --import`), it ends it as `kill -9` does: at the change to a file that KILL_AT counts to, and halfway through
// that change where it has a halfway. So a moment is the same on any machine. Without KILL_AT it counts: the last line on stderr says how many.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const { rmSync, writeFileSync, writeSync } = fs;
const killAt = Number(process.env.KILL_AT ?? Number.POSITIVE_INFINITY);
let changes = 0;

/** What a kill in the middle of a change leaves of it. */
const halves = {
  writeSync: (file, bytes, offset, length) => writeSync(file, bytes, offset, length >> 1),
  writeFileSync: (path, text, options) => writeFileSync(path, text.slice(0, text.length >> 1), options),
  rmSync: (path, options) => {
    if (!fs.existsSync(path) || !fs.statSync(path).isDirectory()) return;
    const names = fs.readdirSync(path);
    for (const name of names.slice(0, names.length >> 1)) rmSync(join(path, name), options);
  },
};

const changing = ['fdatasyncSync', 'fsyncSync', 'ftruncateSync', 'linkSync', 'mkdirSync', 'openSync', 'renameSync'];
for (const name of [...changing, ...Object.keys(halves)]) {
  const whole = fs[name];
  fs[name] = (...words) => {
    changes += 1;
    if (changes === killAt) {
      halves[name]?.(...words);
      process.kill(process.pid, 'SIGKILL');
    }
    return whole(...words);
  };
}
syncBuiltinESMExports();

process.on('exit', () => writeSync(2, `${changes} changes\n`));
