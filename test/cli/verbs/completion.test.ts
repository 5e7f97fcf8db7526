import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { runCommand } from '../../support/fake-host.ts';

const { stdout: script } = await runCommand(['completion', 'bash']);

/** What bash offers after a line whose last word is unfinished. */
function offered(line: string): readonly string[] {
  const words = line.split(' ');
  const ask = `${script}\nCOMP_WORDS=(${words.join(' ')})\nCOMP_CWORD=${words.length - 1}\n_cqshop\necho "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', ask], { encoding: 'utf8' }).trim().split(' ');
}

test.each([
  ['cqshop sim', ['simulate']],
  ['cqshop --', ['--version', '--help']],
  ['cqshop show sc', ['scenario']],
  ['cqshop show scenario one', ['one-day']],
  ['cqshop detect price', ['price-error']],
  ['cqshop detect price-error --dat', ['--dataset']],
  ['cqshop serve ware', ['warehouse']],
  ['cqshop show anomaly pr', ['price-error']],
  ['cqshop show near-miss fl', ['flash-sale']],
  ['cqshop show detector ls', ['lstm']],
  ['cqshop show service pay', ['payment']],
  ['cqshop export datasets/mine --format t', ['timeeval', 'tsb-ad']],
  ['cqshop export datasets/mine --format = t', ['timeeval', 'tsb-ad']],
  ['cqshop export datasets/mine --format =', ['nab', 'csv', 'parquet', 'timeeval', 'tsb-ad']],
])('completion bash completes "%s"', (line, words) => {
  expect(offered(line)).toEqual(words);
});

test.each(['cqshop show dataset ', 'cqshop detect series --dataset ', 'cqshop train series --out '])(
  'completion bash offers no words after "%s", so that the shell offers files',
  line => {
    expect(offered(line)).toEqual(['']);
  },
);

test('completion bash offers flags at once after a verb without arguments', () => {
  expect(offered('cqshop doctor ')).toContain('--broker');
});

test('completion zsh is the script for bash, behind the module that reads it', async () => {
  expect((await runCommand(['completion', 'zsh'])).stdout).toContain(script);
});

test('completion fish offers subjects until one is there, then its flags', async () => {
  const { stdout } = await runCommand(['completion', 'fish']);
  expect(stdout).toMatch(
    /-n '__fish_seen_subcommand_from list; and not __fish_seen_subcommand_from scenarios .*' -a services/,
  );
  expect(stdout).toContain(
    "-n '__fish_seen_subcommand_from show; and __fish_seen_subcommand_from message' -l dataset -r",
  );
  expect(stdout).toMatch(/-l format -x -a 'nab csv parquet timeeval tsb-ad'/);
});

test.each(['fishy', 'constructor'])('completion refuses %s, and names the shells that it knows', async shell => {
  const { exitCode, stderr } = await runCommand(['completion', shell]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`Cannot complete for "${shell}": it is unknown, expected bash, zsh or fish`);
});
