import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startKafka } from '../../scripts/kafka.js';
import { connectKafka } from '../../src/broker/kafka/connect-kafka.ts';
import { createRunTopics } from '../../src/broker/kafka/run-topics.ts';
import { freePort } from '../support/free-port.ts';
import { describeKafka, patiently } from '../support/kafka/broker.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const script = new URL('../../scripts/kafka.js', import.meta.url).pathname;

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs the script beside the test. */
function begin(...words: string[]) {
  const child = spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', chunk => (stdout += chunk));
  child.stderr.on('data', chunk => (stderr += chunk));
  const ended = new Promise<Ended>(done => child.on('close', code => done({ code, stdout, stderr })));
  return { child, ended };
}

/** Runs the script to its end. */
function run(...words: string[]): Promise<Ended> {
  return begin(...words).ended;
}

/** The process ids of brokers, running or starting, that were given a directory. */
function brokersOf(dir: string): readonly number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter(line => line.includes(`kafka.Kafka ${join(dir, 'server.properties')}`))
    .map(line => Number.parseInt(line, 10));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describeKafka('scripts/kafka.js', () => {
  test('up twice is one broker, down leaves no process, and the next up finds the data', async () => {
    const dir = temporaryDirectory();
    const port = await freePort();
    try {
      const first = await run('up', '--dir', dir, '--port', port);
      expect(first).toMatchObject({ code: 0, stderr: '' });
      const pid = Number(/process (\d+)/.exec(first.stdout)?.[1]);
      expect((await run('up', '--dir', dir, '--port', port)).stdout).toContain(
        `runs already: kafka://127.0.0.1:${port} (process ${pid})`,
      );
      const topics = new Map([['kept', 2]]);
      const connection = { brokers: [`127.0.0.1:${port}`] };
      const before = await connectKafka(connection);
      await createRunTopics(before, topics);
      expect(isAlive(pid)).toBe(true);
      expect(await run('down', '--dir', dir)).toMatchObject({ code: 0, stderr: '' });
      expect(isAlive(pid)).toBe(false);
      expect(await run('down', '--dir', dir)).toMatchObject({ code: 0, stdout: 'Kafka does not run\n' });
      expect(await run('up', '--dir', dir, '--port', port)).toMatchObject({ code: 0 });
      const after = await connectKafka(connection);
      expect(after.clusterId).toBe(before.clusterId);
      expect(await createRunTopics(after, topics)).toEqual([]);
    } finally {
      await run('down', '--dir', dir);
    }
  });

  test('says what is in the way when the port is taken, and leaves nothing running', async () => {
    const dir = temporaryDirectory();
    const broker = await startKafka({ dir: join(dir, 'first') });
    try {
      const { code, stderr } = await run('up', '--dir', join(dir, 'second'), '--port', String(broker.port));
      expect(code).toBe(1);
      expect(stderr).toBe(
        `Cannot start Kafka on port ${broker.port}: another process listens there, expected a free port; --port takes another\n`,
      );
      const { stdout } = spawnSync('ps', ['-A', '-o', 'command='], { encoding: 'utf8' });
      expect(stdout).not.toContain(join(dir, 'second', 'server.properties'));
    } finally {
      await broker.stop();
    }
    expect(isAlive(broker.pid)).toBe(false);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGKILL', null],
  ] as const)('up that is ended by %s leaves no broker that down does not know', async (signal, code) => {
    const dir = temporaryDirectory();
    const words = ['--dir', dir, '--port', await freePort()];
    /** The broker may be ready before the signal comes: then it is tried again. */
    const endWhileStarting = async (): Promise<Ended> => {
      const { child, ended } = begin('up', ...words);
      await vi.waitUntil(() => child.exitCode !== null || brokersOf(dir).length === 1, patiently);
      child.kill(signal);
      const result = await ended;
      if (!result.stdout.includes('kafka://')) return result;
      await run('down', '--dir', dir);
      return endWhileStarting();
    };
    try {
      expect(await endWhileStarting()).toMatchObject({ code, stdout: '' });
      if (signal === 'SIGINT') expect(brokersOf(dir)).toEqual([]);
      const left = brokersOf(dir);
      expect((await run('down', '--dir', dir)).stdout).toBe(
        left.length === 0 ? 'Kafka does not run\n' : `Kafka stopped (process ${left[0]})\n`,
      );
      expect(brokersOf(dir)).toEqual([]);
    } finally {
      for (const pid of brokersOf(dir)) process.kill(pid, 'SIGKILL');
    }
  });

  test('up while another up starts the broker waits for that one', async () => {
    const dir = temporaryDirectory();
    const words = ['up', '--dir', dir, '--port', await freePort()];
    try {
      const both = await Promise.all([begin(...words).ended, begin(...words).ended]);
      expect(both).toMatchObject([
        { code: 0, stderr: '' },
        { code: 0, stderr: '' },
      ]);
      const pids = both.map(({ stdout }) => Number(/process (\d+)/.exec(stdout)?.[1]));
      expect(pids).toEqual([pids[0], pids[0]]);
      expect(brokersOf(dir)).toEqual([pids[0]]);
      expect(both.filter(({ stdout }) => stdout.includes('runs already'))).toHaveLength(1);

      const elsewhere = await freePort();
      expect(await run('up', '--dir', dir, '--port', elsewhere)).toEqual({
        code: 1,
        stdout: '',
        stderr: `Cannot start Kafka on port ${elsewhere}: a broker with the data in ${dir} runs already on port ${words[4]}, expected that port, another --dir, or kafka:down first\n`,
      });
    } finally {
      await run('down', '--dir', dir);
      for (const pid of brokersOf(dir)) process.kill(pid, 'SIGKILL');
    }
  });

  test.each(['abc', '0', '65536', '9092.5'])('--port %s is refused in one line', async port => {
    expect(await run('up', '--dir', temporaryDirectory(), '--port', port)).toEqual({
      code: 1,
      stdout: '',
      stderr: `Cannot take --port "${port}": it is not a port, expected a whole number from 1 to 65535\n`,
    });
  });

  test('startKafka: the broker ends with the process that started it, also when that is killed', async () => {
    const dir = temporaryDirectory();
    const code = `
      const { startKafka } = await import(${JSON.stringify(script)});
      const { pid } = await startKafka({ dir: ${JSON.stringify(dir)} });
      process.stdout.write(String(pid));
      setInterval(() => undefined, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((done, failed) => {
      owner.stdout.once('data', chunk => done(Number(chunk)));
      owner.once('exit', code => failed(new Error(`the owner ended with ${code}`)));
    });
    expect(isAlive(pid)).toBe(true);
    owner.kill('SIGKILL');
    await vi.waitUntil(() => !isAlive(pid), patiently);
  });
});
