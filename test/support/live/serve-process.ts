import type { ChildProcess } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { type CliResult, startCli } from '../kafka/broker.ts';

/** `cqshop serve` in a process of its own, which says how far it has come. */
export class ServeProcess {
  /** How it ended, and what it said. */
  readonly ended: Promise<CliResult>;
  readonly #child: ChildProcess;
  #said = '';
  #hasEnded = false;

  private constructor(words: readonly string[], env: Readonly<Record<string, string>>) {
    const { child, ended } = startCli(['serve', ...words], { env });
    child.stderr?.on('data', chunk => {
      this.#said += String(chunk);
    });
    this.#child = child;
    this.ended = ended.finally(() => {
      this.#hasEnded = true;
    });
    this.ended.catch(() => undefined);
  }

  /**
   * Starts one, again if the broker did not answer it in time, and waits until it is up: it hears signals, is reached by a run that begins, and a
   * broker may be away.
   *
   * @param onStart receives each process at once, so that it can be ended
   */
  static async start(
    words: readonly string[],
    onStart: (started: ServeProcess) => void = () => undefined,
    env: Readonly<Record<string, string>> = {},
  ): Promise<ServeProcess> {
    for (;;) {
      const started = new ServeProcess(words, env);
      onStart(started);
      if (await started.#isUp()) return started;
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Kills it, if it has not ended. @returns the exit code that it had before, and what it said */
  async kill(): Promise<{ readonly code: number | null; readonly stderr: string }> {
    const code = this.#child.exitCode;
    this.signal('SIGKILL');
    return { code, stderr: (await this.ended).stderr };
  }

  /**
   * After a run: waits for its end. A process that came too late for the run waits for the next one; it gets SIGINT.
   *
   * @returns `expected` the exit code that it should have
   */
  async endWithRun(): Promise<CliResult & { readonly expected: number }> {
    while (!this.#hasEnded && !this.#isWaiting) await setTimeout(50);
    const isLate = !this.#hasEnded && this.#isWaiting;
    if (isLate) this.signal('SIGINT');
    return { ...(await this.ended), expected: isLate ? 130 : 0 };
  }

  get #hasBegun(): boolean {
    return /^serving /m.test(this.#said);
  }

  get #isWaiting(): boolean {
    return this.#said.includes('waiting for a run') && !this.#hasBegun;
  }

  /** Waits until it waits for a run or has found one. @returns false where it ended since the broker did not answer it in time */
  async #isUp(): Promise<boolean> {
    while (!this.#isWaiting && !this.#hasBegun) {
      if (this.#hasEnded) {
        const { code, stderr } = await this.ended;
        if (stderr.includes('Cannot reach')) return false;
        throw new Error(`serve has ended: exit code ${code}\n${stderr}`);
      }
      await setTimeout(50);
    }
    return true;
  }
}
