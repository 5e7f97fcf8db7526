import type { OnStage } from '../app/experiment/stage.ts';
import type { Io, Progress } from './io.ts';

/** Shows each stage of long work and measures its duration. */
export function stageClock(io: Io) {
  const stages: { name: string; startMs: number; seconds: number }[] = [];
  let progress: Progress | undefined;
  const end = () => {
    const last = stages.at(-1);
    if (progress !== undefined && last !== undefined) {
      last.seconds = (performance.now() - last.startMs) / 1000;
      io.log(`${last.name}: ${last.seconds.toFixed(1)} s`);
    }
    progress?.done();
    progress = undefined;
  };
  const onStage: OnStage = (name, done, total) => {
    if (stages.at(-1)?.name !== name) {
      end();
      stages.push({ name, startMs: performance.now(), seconds: 0 });
      progress = io.progress(name);
    }
    progress?.update(done, total);
  };
  /** Ends the last stage; may be called again. */
  const finish = () => {
    end();
    return stages.map(({ name, seconds }) => ({ name, seconds }));
  };
  return { onStage, finish };
}
