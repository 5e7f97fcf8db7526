import type { Presets, SingleBar } from 'cli-progress';
import { minuteMs } from '../base/time.ts';
import { formatDuration } from '../lab/report/format-time.ts';
import type { Progress, TextSink } from './io.ts';

/** Nothing is shown of work shorter than this. */
const patienceMs = 1000;
/** Time between two lines, where no bar can be drawn. */
const lineEveryMs = 10_000;
/** Width of a bar [characters]; a narrow terminal has a smaller one or none. */
const barWidth = { most: 30, least: 4 };

/** For --quiet. */
export const noProgress: Progress = { update: () => undefined, pause: () => undefined, done: () => undefined };

/**
 * A bar on a terminal, else a line every ten seconds, with rate and time left. Shows nothing in the first second.
 *
 * @param unit what is counted: "days"
 */
export function startProgress(label: string, unit: string, stderr: TextSink): Progress {
  const pace = paceOf(unit);
  return stderr.isTTY === true ? barProgress(label, pace, stderr) : lineProgress(label, pace, stderr);
}

/** How far work has come, in words: "6 of 18 days, 1.2/s, 10 s left". */
type Pace = (done: number, total: number) => string;

/** The rate does not count the first second: what an earlier try did is done at once. */
function paceOf(unit: string): Pace {
  const startMs = performance.now();
  let first: { readonly done: number; readonly atMs: number } | undefined;
  return (done, total) => {
    const nowMs = performance.now();
    if (first === undefined || nowMs - startMs < patienceMs) first = { done, atMs: nowMs };
    const perMs = (done - first.done) / (nowMs - first.atMs);
    const counted = `${Math.floor(done)} of ${Math.ceil(total)} ${unit}`;
    if (!(perMs > 0 && Number.isFinite(perMs))) return counted;
    const left = done < total ? [`${formatDuration((total - done) / perMs / minuteMs)} left`] : [];
    return [counted, formatRate(perMs), ...left].join(', ');
  };
}

/** "1200/s"; "14/min" where less than one is done in a second. */
function formatRate(perMs: number): string {
  const perSecond = perMs * 1000;
  const [rate, per] = perSecond >= 1 ? [perSecond, 's'] : [60 * perSecond, 'min'];
  return `${rate < 10 ? Math.round(10 * rate) / 10 : Math.round(rate)}/${per}`;
}

function percent(done: number, total: number): number {
  return Math.floor((100 * done) / Math.max(1, total));
}

function lineProgress(label: string, pace: Pace, stderr: TextSink): Progress {
  let lastMs = performance.now();
  return {
    ...noProgress,
    update: (done, total) => {
      const text = pace(done, total);
      const nowMs = performance.now();
      if (nowMs - lastMs < lineEveryMs) return;
      lastMs = nowMs;
      stderr.write(`${label}: ${percent(done, total)} %, ${text}\n`);
    },
  };
}

function barProgress(label: string, pace: Pace, stderr: TextSink): Progress {
  const startMs = performance.now();
  let library: { SingleBar: typeof SingleBar; Presets: typeof Presets } | 'loading' | undefined;
  let bar: SingleBar | undefined;
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    update: (done, total) => {
      const text = `${String(percent(done, total)).padStart(3)} % | ${pace(done, total)}`;
      if (bar !== undefined) {
        bar.setTotal(total);
        bar.update(done, { text });
      } else if (library === undefined) {
        library = 'loading';
        void import('cli-progress').then(module => {
          library = module.default;
        });
      } else if (library !== 'loading' && performance.now() - startMs > patienceMs) {
        const room = (stderr.columns ?? 80) - label.length - text.length - 2;
        const barsize = Math.min(barWidth.most, room);
        const format = barsize < barWidth.least ? `${label} {text}` : `${label} {bar} {text}`;
        const options = { format, barsize, clearOnComplete: true, hideCursor: true };
        bar = new library.SingleBar(options, library.Presets.shades_classic);
        bar.start(total, done, { text });
      }
    },
    pause: stop,
    done: stop,
  };
}
