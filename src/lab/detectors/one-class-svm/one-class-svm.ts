import { z } from 'zod';
import { sum } from '../../../base/sum.ts';
import { fileText, rowSchema, toRow } from '../forecasts/series-parameters.ts';
import { parseParameters } from '../parameters.ts';
import type { Judge } from '../scan/judge.ts';
import { largestMaxima } from '../scan/return-level.ts';
import { type DecisionFunction, decisionFunction } from './decision-function.ts';
import { heldOutDaysOutsideShare } from './held-out-share.ts';
import { libsvmVersion, trainOneClass } from './libsvm.ts';

const modelFile = 'one-class-svm.txt';
/** Share of the training windows that may lie outside. */
const nu = 0.1;
/** At most so many training windows, spread evenly: the time grows with their square. */
const trainedAtMost = 3000;
/** No question has a smaller scale. */
const leastScale = 0.2;

/**
 * A one-class SVM over the scan statistics of a window, one input a family. It is asked about all families together and about each alone, with the
 * others taken for usual; each question has a scale of its own: 1 is reached once in 22 clean days.
 */
export const oneClassSvm: Judge = {
  library: libsvmVersion,
  async train(ratios, perDay) {
    const rows = ratios.map(inputOf);
    const families = rows[0]?.length ?? 0;
    // The kernel is the wider, the more inputs there are.
    const options = { gamma: 1 / families, nu };
    const step = Math.max(1, Math.ceil(rows.length / trainedAtMost));
    const taught = rows.filter((_, index) => index % step === 0);
    const text = await trainOneClass(taught, options);
    const svm = decisionFunction(text);
    const whole = largestMaxima(
      rows.map(row => distance(svm, row)),
      perDay,
    );
    // A family alone is measured by the answer to what it reaches once in 22 days, all families together by what they reached.
    const alone = questions(new Array<number>(families).fill(1)).slice(1);
    const mean = sum(whole, value => value) / whole.length;
    const scales = [mean, ...alone.map(question => distance(svm, question))];
    return {
      parameters: { scales: toRow(scales.map(scale => Math.max(leastScale, scale))) },
      files: { [modelFile]: text },
      validation: {
        heldOutDaysOutsideShare: await heldOutDaysOutsideShare(taught, Math.max(1, Math.round(perDay / step)), options),
      },
    };
  },
  load({ parameters, files }) {
    const svm = decisionFunction(fileText('one-class-svm', modelFile, files?.[modelFile]));
    const schema = z.object({ scales: rowSchema(svm.dimensions + 1) });
    const { scales } = parseParameters('one-class-svm', schema, parameters);
    return ratios => {
      const answers = questions(inputOf(ratios)).map(
        (question, index) => distance(svm, question) / (scales[index] ?? 1),
      );
      return Math.max(...answers);
    };
  },
};

/** What lies on the other side of usual belongs to another family. */
function inputOf(ratios: readonly number[]): readonly number[] {
  return ratios.map(ratio => Math.max(0, ratio));
}

/** The window as it is, then each family with all others at 0. */
function questions(input: readonly number[]): readonly (readonly number[])[] {
  return [input, ...input.map((value, family) => input.map((_, index) => (index === family ? value : 0)))];
}

/** The root of what the machine answers beyond its boundary: it grows about in proportion to the distance from usual windows. */
function distance(svm: DecisionFunction, input: readonly number[]): number {
  return Math.sqrt(Math.max(0, svm.anomaly(input)));
}
