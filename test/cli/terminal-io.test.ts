import { expect, test } from 'vitest';
import { terminalIo } from '../../src/cli/terminal-io.ts';
import { quietHost } from '../support/fake-host.ts';

/** What is written to stdout and stderr. */
function written(isTTY: boolean, say: (io: ReturnType<typeof terminalIo>) => void): readonly [string, string] {
  let [stdout, stderr] = ['', ''];
  const host = {
    ...quietHost,
    stdout: { write: (text: string) => (stdout += text), isTTY },
    stderr: { write: (text: string) => (stderr += text), isTTY },
  };
  say(terminalIo(host, { json: false, quiet: false }));
  return [stdout, stderr];
}

test('shows a terminal what data hold of commands to it, and leaves line breaks, tabs and colours', () => {
  const text = 'a\tb\n\u001b[31mred\u001b[39m \u001b]0;title\u0007 \u001b[2J \u009b2J\r';
  const shown = 'a\tb\n\u001b[31mred\u001b[39m \\u001b]0;title\\u0007 \\u001b[2J \\u009b2J\\u000d';
  const both = (io: ReturnType<typeof terminalIo>) => {
    io.out(text);
    io.warn('\u001b[2J');
  };
  expect(written(true, both)).toEqual([`${shown}\n`, 'warning: \\u001b[2J\n']);
  expect(written(false, both)).toEqual([`${text}\n`, 'warning: \u001b[2J\n']);
});

test('clears a bar before it writes a result, a line or a note', () => {
  let terminal = '';
  const sink = { write: (text: string) => (terminal += text), isTTY: true };
  const io = terminalIo({ ...quietHost, stdout: sink, stderr: sink }, { json: false, quiet: false }, () => ({
    update: () => sink.write('[bar]'),
    pause: () => sink.write('[no bar]'),
    done: () => undefined,
  }));
  const progress = io.progress('reading');
  progress.update(1, 2);
  io.result({}, () => 'result');
  progress.update(2, 2);
  io.out('line');
  io.log('note');
  expect(terminal).toBe('[bar][no bar]result\n[bar][no bar]line\n[no bar]note\n');
});
