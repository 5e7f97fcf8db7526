import type { Presets, SingleBar } from 'cli-progress';
import type { Progress, TextSink } from './io.ts';

/** Nothing is shown of work shorter than this. */
const patienceMs = 1000;
/** Time between two lines, where no bar can be drawn. */
const lineEveryMs = 10_000;

/** For --quiet. */
export const noProgress: Progress = { update: () => undefined, done: () => undefined };

/** A bar on a terminal, else a line every ten seconds. Shows nothing in the first second. */
export function startProgress(label: string, stderr: TextSink): Progress {
  return stderr.isTTY === true ? barProgress(label) : lineProgress(label, stderr);
}

function lineProgress(label: string, stderr: TextSink): Progress {
  let lastMs = performance.now();
  return {
    update: (done, total) => {
      const nowMs = performance.now();
      if (nowMs - lastMs < lineEveryMs) return;
      lastMs = nowMs;
      stderr.write(`${label}: ${done} of ${total} (${Math.floor((100 * done) / Math.max(1, total))} %)\n`);
    },
    done: () => undefined,
  };
}

function barProgress(label: string): Progress {
  const startMs = performance.now();
  let library: { SingleBar: typeof SingleBar; Presets: typeof Presets } | 'loading' | undefined;
  let bar: SingleBar | undefined;
  return {
    update: (done, total) => {
      if (bar !== undefined) {
        bar.setTotal(total);
        bar.update(done);
      } else if (library === undefined) {
        library = 'loading';
        void import('cli-progress').then(module => {
          library = module.default;
        });
      } else if (library !== 'loading' && performance.now() - startMs > patienceMs) {
        const options = {
          format: `${label} {bar} {percentage} % | {value} of {total} | {eta_formatted}`,
          clearOnComplete: true,
        };
        bar = new library.SingleBar({ ...options, hideCursor: true }, library.Presets.shades_classic);
        bar.start(total, done);
      }
    },
    done: () => bar?.stop(),
  };
}
