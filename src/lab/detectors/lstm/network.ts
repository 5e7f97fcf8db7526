import { sum } from '../../../base/sum.ts';
import { drawOf } from '../draws.ts';
import type { Forecast } from '../forecasts/forecasters.ts';
import { curveCount } from '../forecasts/known-future.ts';
import { hoursAhead } from '../forecasts/origin.ts';
import { blockHours, blocks, levelWidth, type NetworkInput, outputWidth, steps, stepWidth } from './lstm-inputs.ts';
import type { LayersModel, SymbolicTensor, Tensor, Tensor3D, TensorFlow } from './tensorflow.ts';

/** Of the networks that cqshop trains. */
const lstmUnits = 16;

/**
 * Networks of one LSTM layer that are trained separately, and the mean of their outputs as one network. They share their inputs, not their weights.
 * The weights of their outputs are zero at first, so each begins with the forecast that it corrects. Every initialiser has its own seed, so that the
 * same seed gives the same network.
 */
export function createEnsemble(
  tf: TensorFlow,
  {
    size,
    seed,
    columns,
    units = lstmUnits,
  }: { readonly size: number; readonly seed: number; readonly columns: number; readonly units?: number },
) {
  const sequence = tf.input({ shape: [steps, stepWidth(columns)], name: 'steps' });
  const levels = tf.input({ shape: [levelWidth(columns)], name: 'levels' });
  const outputs = Array.from({ length: size }, (_, member) => {
    const initializer = (name: string) =>
      tf.initializers.glorotUniform({ seed: Math.floor(drawOf(seed, `${name}/${member}`) * 2_147_483_647) });
    const lstm = tf.layers.lstm({
      name: `lstm-layer-${member}`,
      units,
      kernelInitializer: initializer('kernel'),
      recurrentInitializer: initializer('recurrent'),
    });
    const dense = tf.layers.dense({
      name: `corrections-${member}`,
      units: outputWidth(columns),
      kernelInitializer: 'zeros',
    });
    const both = tf.layers.concatenate({ name: `read-${member}` }).apply([symbolic(lstm.apply(sequence)), levels]);
    return symbolic(dense.apply(both));
  });
  const inputs = [sequence, levels];
  return {
    members: outputs.map((output, member) => tf.model({ name: `lstm-${member}`, inputs, outputs: output })),
    mean: tf.model({ name: 'lstm', inputs, outputs: symbolic(tf.layers.average({ name: 'mean' }).apply(outputs)) }),
  };
}

/** What a network reads of some origins. */
export type InputTensors = { readonly steps: Tensor3D; readonly levels: Tensor; readonly curves: Tensor3D };

/** The caller disposes of them. @param columns of the series */
export function inputTensors(tf: TensorFlow, inputs: readonly NetworkInput[], columns: number): InputTensors {
  const rows = inputs.length;
  return {
    steps: tf.tensor3d(joined(inputs.map(input => input.steps)), [rows, steps, stepWidth(columns)]),
    levels: tf.tensor2d(joined(inputs.map(input => input.levels)), [rows, levelWidth(columns)]),
    curves: tf.tensor3d(joined(inputs.map(input => input.curves)), [rows, hoursAhead, curveCount]),
  };
}

/** One list after the other, as TensorFlow.js takes it fastest. */
export function joined(lists: readonly ArrayLike<number>[]): Float32Array {
  const all = new Float32Array(sum(lists, ({ length }) => length));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

/**
 * Natural logarithms of the factors `[origins × hoursAhead × columns]`: one for the block of hours, one for the column, and for hours about
 * which something is known, the curves of that times the column's answers to them.
 */
export function logFactors(
  tf: TensorFlow,
  network: LayersModel,
  { steps: sequence, levels, curves }: InputTensors,
): Tensor3D {
  const answer = network.apply([sequence, levels]);
  if (Array.isArray(answer) || !('dataSync' in answer)) throw new TypeError('the network has one output');
  const rows = answer.shape[0] ?? 0;
  const columns = ((answer.shape[1] ?? 0) - blocks) / (1 + curveCount);
  const byBlock = answer.slice([0, 0], [rows, blocks]).reshape([rows, blocks, 1, 1]);
  const byHour = byBlock.tile([1, 1, blockHours, 1]).reshape([rows, hoursAhead, 1]);
  const byColumn = answer.slice([0, blocks], [rows, columns]).reshape([rows, 1, columns]);
  const answers = answer
    .slice([0, blocks + columns], [rows, curveCount * columns])
    .reshape([rows, curveCount, columns]);
  return byHour.add(byColumn).add(tf.matMul(curves, answers));
}

/** Factors `[hoursAhead × columns]` for each of some origins: many at once take little longer than one. */
export function predictFactors(
  tf: TensorFlow,
  network: LayersModel,
  { inputs, columns }: { readonly inputs: readonly NetworkInput[]; readonly columns: number },
): readonly Forecast[] {
  const values = tf.tidy(() => logFactors(tf, network, inputTensors(tf, inputs, columns)).dataSync());
  return inputs.map((_, origin) =>
    Array.from({ length: hoursAhead }, (__, hour) => {
      const from = (origin * hoursAhead + hour) * columns;
      return Array.from(values.subarray(from, from + columns), Math.exp);
    }),
  );
}

function symbolic(output: Tensor | Tensor[] | SymbolicTensor | SymbolicTensor[]): SymbolicTensor {
  if (Array.isArray(output) || !('sourceLayer' in output))
    throw new TypeError('a layer applied to a symbolic tensor gives one');
  return output;
}
