import { z } from 'zod';
import { formatMinute } from '../../../base/time.ts';
import { totalOf } from '../../features/series-channels.ts';
import type { Detector } from '../detector.ts';
import { trainingStreams } from '../forecasts/training-streams.ts';
import { afterWarmUp } from '../forecasts/warm-up.ts';
import { parseParameters } from '../parameters.ts';
import type { Scan } from '../scan/scan.ts';

const parametersSchema = z.object({ largestStep: z.number().positive() });

/**
 * No model at all: the step from the last window's total to this one's, against the largest step so far: step / (step +
 * largest). 0.5 equals the record. Scores 44 on the Numenta Anomaly Benchmark; what does worse has shown nothing.
 */
export function recordJump({ anomaly, features }: Scan): Detector {
  const { channels, windowMs } = features;
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
      for (const stream of trainingStreams('record-jump', units, windowMs)) {
        const totals = stream.map(({ counts }) => totalOf(counts, channels));
        for (const [index, total] of totals.entries())
          largestStep = Math.max(largestStep, Math.abs(total - (totals[index - 1] ?? total)));
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
            text: `${step < 0 ? 'low' : 'high'}: a step of ${step} messages at ${formatMinute(unit.startMs)}, largest before ${largest}`,
            features: { step, 'largest step before': largest },
          });
          return [{ unit, score: Math.abs(step) / (Math.abs(step) + largest), explain }];
        },
      });
    },
  };
}
