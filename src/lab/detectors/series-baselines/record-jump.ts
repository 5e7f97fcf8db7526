import { z } from 'zod';
import { formatMinute } from '../../../base/time.ts';
import { totalOf } from '../../features/series-channels.ts';
import { contiguousStreams, windowOf } from '../../features/series-memory.ts';
import type { Detector } from '../detector.ts';
import type { OfSeries } from '../for-any-topics.ts';
import { parseParameters } from '../parameters.ts';
import { afterWarmUp } from '../residuals/warm-up.ts';

const parametersSchema = z.object({ largestStep: z.number().positive() });

/**
 * No model at all: the step from the last window's total to this one's, against the largest step so far: step / (step +
 * largest). 0.5 equals the record. Scores 44 on the Numenta Anomaly Benchmark; what does worse has shown nothing.
 */
export function recordJump({ anomaly, features }: OfSeries): Detector {
  const { channels } = features;
  return {
    id: 'record-jump',
    anomaly,
    role: 'baseline',
    description: 'the step from window to window against the largest step so far',
    library: 'cqshop',
    features,
    supervised: false,
    async train(units) {
      let largestStep = 1;
      for (const stream of contiguousStreams(
        units.map(({ unit }) => windowOf(unit)),
        features.windowMs,
      ))
        for (const [index, window] of stream.entries()) {
          const before = stream[index - 1];
          if (before !== undefined)
            largestStep = Math.max(
              largestStep,
              Math.abs(totalOf(window.counts, channels) - totalOf(before.counts, channels)),
            );
        }
      return { parameters: { largestStep } };
    },
    async load({ parameters }) {
      let { largestStep } = parseParameters('record-jump', parametersSchema, parameters);
      let before: number | undefined;
      return afterWarmUp({
        score(unit) {
          const total = totalOf(unit.features, channels);
          const step = before === undefined ? 0 : total - before;
          const largest = largestStep;
          before = total;
          largestStep = Math.max(largestStep, Math.abs(step));
          const explain = () => ({
            text: `${step < 0 ? 'low' : 'high'} at ${formatMinute(unit.startMs)}: a step of ${step} messages, largest before ${largest}`,
            features: { step, 'largest step before': largest },
          });
          return [{ unit, score: Math.abs(step) / (Math.abs(step) + largest), explain }];
        },
      });
    },
  };
}
