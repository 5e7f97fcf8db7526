import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../support/fake-host.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const sample = join(root, 'datasets/sample');
const dir = temporaryDirectory(afterAll);
mkdirSync(join(dir, 'empty'));
const gate = (name: string, text: string) => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};
const torn = gate('torn.json', '{\n "format": 1,\n "accepted": [1,,]\n}\n');
const wrong = gate('wrong.json', '{"format":1,"command":"c","seeds":"two"}');
const twin = join(dir, 'twin.yaml');
writeFileSync(
  twin,
  readFileSync(join(root, 'scenarios/price-error.yaml'), 'utf8').replace(/^name: .*$/m, 'name: twin'),
);
const expectsGate = 'expected what cqshop evaluate --update-gate writes';

/** Split at spaces, but for those in the paths of this machine. */
function wordsOf(command: string): readonly string[] {
  const words = command.replaceAll(dir, '{dir}').replaceAll(root, '{root}').split(' ');
  return words.map(word => word.replaceAll('{dir}', dir).replaceAll('{root}', root));
}

describe('wrong input is refused in one line, with exit code 2', () => {
  test.each([
    [`evaluate --gate ${root}README.md`, `Cannot read gate ${root}README.md, line 1: it is not JSON, ${expectsGate}`],
    [`evaluate --gate ${torn}`, `Cannot read gate ${torn}, line 3: it is not JSON, ${expectsGate}`],
    [`evaluate --gate ${wrong}`, `Cannot read gate ${wrong}: seeds is "two", expected a number (and 4 more mistakes)`],
    [`evaluate --gate ${dir}/none`, `Cannot read gate ${dir}/none: there is no such file, ${expectsGate}`],
    [`evaluate --gate ${dir}`, `Cannot read gate ${dir}: it is a directory, ${expectsGate}`],
    [
      'serve cart order cart --broker kafka://127.0.0.1:1',
      'Cannot serve cart order cart: cart is repeated, expected each service once',
    ],
    [
      `detect price-error --dataset ${sample}/events.csv --out ${dir}/none`,
      `Cannot open dataset ${sample}/events.csv: it is a file, expected a directory, such as ${sample}`,
    ],
    [
      `detect price-error --dataset ${root}README.md --out ${dir}/none`,
      `Cannot open dataset ${root}README.md: it is a file, expected a directory that \`cqshop collect\` finished, or \`cqshop import\` for series`,
    ],
    [
      `detect price-error --dataset ${dir}/empty --out ${dir}/none`,
      `Cannot open dataset ${dir}/empty: the directory has no manifest.json, expected one that \`cqshop collect\` finished, or \`cqshop import\` for series`,
    ],
    [
      `train price-error --dataset ${sample} --out ${dir}`,
      `Cannot write a model to ${dir}: it holds empty and no model, expected a new or empty directory, or a model and --overwrite`,
    ],
    [
      `train price-error --dataset ${sample} --out ${root}README.md`,
      `Cannot write a model to ${root}README.md: it is a file, expected a new or empty directory`,
    ],
    [
      'validate package.json',
      'Cannot read scenario package.json: it does not end in .yaml, expected a file that does or clean, one-day, price-error, sample, stock-exhaustion, traffic-intensity or workload-shape',
    ],
    [
      'run price-error price-error',
      'Cannot run price-error price-error: price-error is repeated, expected each scenario once',
    ],
    [
      `run one-day stock-exhaustion ${root}scenarios/one-day.yaml`,
      `Cannot run one-day stock-exhaustion ${root}scenarios/one-day.yaml: one-day is repeated, expected each scenario once`,
    ],
    [
      'run sample price-error',
      'Cannot run sample price-error together: their scale differs, expected scenarios of one shop; run them one by one',
    ],
    [
      `run ${twin} price-error`,
      'Cannot run twin price-error together: twin and price-error both have price-error, expected each anomaly in one scenario; run them one by one',
    ],
    [
      'evaluate price-error stock-exhaustion price-error',
      'Cannot evaluate price-error stock-exhaustion price-error: price-error is repeated, expected each anomaly once',
    ],
    [
      `evaluate price-error price-error --dataset ${sample} --detections none.csv`,
      'Cannot evaluate price-error price-error: price-error is repeated, expected each anomaly once',
    ],
    [`report ${dir} ${dir}/`, `Cannot report on ${dir} ${dir}/: ${dir} is repeated, expected each directory once`],
    ['simulate clean --scale -3', 'Cannot take --scale "-3": it is out of range, expected a number above 0'],
    ['simulate clean --scale 0', 'Cannot take --scale "0": it is out of range, expected a number above 0'],
    ['simulate clean --scale x', 'Cannot take --scale "x": it is not a number, expected one above 0'],
    [
      `simulate sample --twin --without-anomalies --broker embedded:${dir}/broker`,
      'Cannot take --twin with --without-anomalies: each excludes the other, expected only one of them',
    ],
    [
      `collect --broker embedded:${dir}/none`,
      `Cannot open embedded broker ${dir}/none: there is no such directory, expected one that \`cqshop simulate\` has written`,
    ],
    [
      `collect --broker embedded:${dir}/empty`,
      `Cannot open embedded broker ${dir}/empty: the directory has no broker.json, expected one that \`cqshop simulate\` has written`,
    ],
    [
      `collect --broker embedded:${wrong}`,
      `Cannot open embedded broker ${wrong}: it is a file, expected a directory that \`cqshop simulate\` has written`,
    ],
  ])('%s', async (command, message) => {
    const { exitCode, stdout, stderr } = await runCommand(wordsOf(command));
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 2, stdout: '', stderr: `error: ${message}\n` });
  });
});
