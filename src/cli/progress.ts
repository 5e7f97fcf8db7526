import type { Format, Options, Presets, SingleBar } from 'cli-progress';
import { inThousands } from '../base/words.ts';
import type { Progress, TextSink } from './io.ts';
import { startPace } from './pace.ts';

/** Nothing is shown of work shorter than this. */
const patienceMs = 1000;
/** Time between two lines, where no bar can be drawn. */
const lineEveryMs = 10_000;
/** What is beside a bar, but for the two amounts: " of  (35 %), 12,000/s, about 118 min left" [characters]. */
const textWidth = 42;
const barWidth = { least: 5, most: 40 };

type Library = { SingleBar: typeof SingleBar; Presets: typeof Presets; Format: typeof Format };

/** For --quiet. */
export const noProgress: Progress = { update: () => undefined, pause: () => undefined, done: () => undefined };

/**
 * A bar on a terminal, else a line every ten seconds, with rate and time left. Shows nothing in the first second.
 *
 * @param nowMs default: the clock of this process
 */
export function startProgress(label: string, stderr: TextSink, nowMs = () => performance.now()): Progress {
  return stderr.isTTY === true ? barProgress(label, stderr, nowMs) : lineProgress(label, stderr, nowMs);
}

function lineProgress(label: string, stderr: TextSink, nowMs: () => number): Progress {
  const pace = startPace(nowMs);
  let lastMs = nowMs();
  return {
    ...noProgress,
    update: (done, total) => {
      pace.update(done, total);
      if (nowMs() - lastMs < lineEveryMs) return;
      lastMs = nowMs();
      stderr.write(`${label}: ${pace.text()}\n`);
    },
  };
}

function barProgress(label: string, { columns = 80 }: TextSink, nowMs: () => number): Progress {
  const pace = startPace(nowMs);
  const startMs = nowMs();
  let library: Library | 'loading' | undefined;
  let bar: SingleBar | undefined;
  let last = { done: 0, total: 0 };
  let timer: NodeJS.Timeout | undefined;
  let isDone = false;
  const isDue = () => !isDone && nowMs() - startMs >= patienceMs;
  const draw = () => {
    if (bar !== undefined) {
      bar.setTotal(last.total);
      bar.update(last.done);
    } else if (library !== undefined && library !== 'loading') {
      const { BarFormat } = library.Format;
      const room = columns - label.length - 2 * inThousands(last.total).length - textWidth;
      const options: Options = {
        // Called several times a second, so that the time left goes down between two updates.
        format: (made, { progress }) => `${label} ${BarFormat(progress, made)} ${pace.text()}`,
        barsize: Math.max(barWidth.least, Math.min(barWidth.most, room)),
        ...{ clearOnComplete: true, hideCursor: true },
      };
      bar = new library.SingleBar(options, library.Presets.shades_classic);
      bar.start(last.total, last.done);
    }
  };
  const pause = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    update: (done, total) => {
      pace.update(done, total);
      last = { done, total };
      if (library === undefined) {
        library = 'loading';
        void import('cli-progress').then(module => {
          library = module.default;
          if (isDue()) draw();
        });
        // Work whose first step takes long shows that it has begun.
        timer = setTimeout(draw, patienceMs).unref();
      } else if (isDue()) draw();
    },
    pause,
    done: () => {
      isDone = true;
      clearTimeout(timer);
      pause();
    },
  };
}
