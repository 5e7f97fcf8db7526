import type { SeriesChannels } from '../../features/series-channels.ts';
import { drawOf, shuffled } from '../draws.ts';
import { inputHours, inputWidth, outputHours } from './residual-windows.ts';
import type { LayersModel, Scalar, SymbolicTensor, Tensor, Tensor3D, TensorFlow } from './tensorflow.ts';

/** Hours before an origin, hours after it, and the weight of each of these; flat, row after row. */
export type Example = {
  /** Unique among the examples; decides its place in the shuffled order. */
  readonly name: string;
  readonly input: readonly number[];
  readonly target: readonly number[];
  readonly weight: readonly number[];
};

/** Networks that are trained separately, and the mean of their outputs as one network. They share their input, not their weights. */
export type Ensemble = { readonly members: readonly LayersModel[]; readonly mean: LayersModel };

const lstmUnits = 16;
const batchSize = 64;
const learningRate = 0.01;
/** Batches between two validations, validations without progress until training stops, and the most batches. */
const lookEvery = 5;
const patience = 4;
const mostBatches = 80;

/**
 * Networks of one LSTM layer that forecast all hours at once. The weights of its output are zero at first, so each network begins
 * with the forecast by medians. No dropout, and every initialiser has its own seed, so that the same seed gives the same network.
 */
export function createEnsemble(
  tf: TensorFlow,
  { size, seed, channels }: { readonly size: number; readonly seed: number; readonly channels: SeriesChannels },
): Ensemble {
  const inputs = tf.input({ shape: [inputHours, inputWidth(channels)], name: 'hours' });
  const outputs = Array.from({ length: size }, (_, member) => {
    const initializer = (name: string) =>
      tf.initializers.glorotUniform({ seed: Math.floor(drawOf(seed, `${name}/${member}`) * 2_147_483_647) });
    const lstm = tf.layers.lstm({
      name: `lstm-layer-${member}`,
      units: lstmUnits,
      kernelInitializer: initializer('kernel'),
      recurrentInitializer: initializer('recurrent'),
    });
    const dense = tf.layers.dense({
      name: `residuals-${member}`,
      units: outputHours + channels.names.length,
      kernelInitializer: 'zeros',
    });
    return symbolic(dense.apply(lstm.apply(inputs)));
  });
  return {
    members: outputs.map((output, member) => tf.model({ name: `lstm-${member}`, inputs, outputs: output })),
    mean: tf.model({ name: 'lstm', inputs, outputs: symbolic(tf.layers.average({ name: 'mean' }).apply(outputs)) }),
  };
}

/**
 * Trains on shuffled batches until the validation error stops falling, then restores the network's best weights.
 * Cost: some 40 ms a batch on one core.
 */
export function trainNetwork(
  tf: TensorFlow,
  network: LayersModel,
  options: { readonly examples: readonly Example[]; readonly validation: readonly Example[]; readonly seed: number },
): void {
  const { examples, validation, seed } = options;
  const optimizer = tf.train.adam(learningRate);
  const held = toTensors(tf, validation);
  const validationLoss = () => tf.tidy(() => lossOf(tf, network, held).dataSync()[0] ?? Infinity);
  let best = { loss: validationLoss(), weights: copiedWeights(tf, network) };
  let looksWithoutProgress = 0;
  let queue: readonly Example[] = [];
  for (let batch = 1; batch <= mostBatches && looksWithoutProgress < patience; batch += 1) {
    if (queue.length < Math.min(batchSize, examples.length))
      queue = [...queue, ...shuffled(examples, seed, ({ name }) => `${batch}/${name}`)];
    const tensors = toTensors(tf, queue.slice(0, batchSize));
    queue = queue.slice(batchSize);
    optimizer.minimize(() => lossOf(tf, network, tensors));
    tf.dispose(tensors);
    if (batch % lookEvery !== 0) continue;
    const loss = validationLoss();
    looksWithoutProgress += 1;
    if (loss >= best.loss) continue;
    tf.dispose(best.weights);
    best = { loss, weights: copiedWeights(tf, network) };
    looksWithoutProgress = 0;
  }
  network.setWeights(best.weights);
  tf.dispose([best.weights, held]);
  optimizer.dispose();
}

/** The forecast residuals for one input, `[outputHours × channels]`. */
export function predictResiduals(tf: TensorFlow, network: LayersModel, input: readonly number[]): readonly number[] {
  return tf.tidy(() => {
    const answer = network.predict(tf.tensor3d([...input], [1, inputHours, input.length / inputHours]));
    if (Array.isArray(answer)) throw new TypeError('the network has one output');
    return [...perHourAndChannel(answer).dataSync()];
  });
}

type ExampleTensors = { readonly input: Tensor3D; readonly target: Tensor3D; readonly weight: Tensor3D };

function toTensors(tf: TensorFlow, examples: readonly Example[]): ExampleTensors {
  const rows = examples.length;
  const perHour = (hours: number, pick: (example: Example) => readonly number[]) => {
    const values = examples.flatMap(pick);
    return tf.tensor3d(values, [rows, hours, values.length / rows / hours]);
  };
  return {
    input: perHour(inputHours, ({ input }) => input),
    target: perHour(outputHours, ({ target }) => target),
    weight: perHour(outputHours, ({ weight }) => weight),
  };
}

/**
 * The network's output is one value per hour, common to all channels, and one per channel, common to all hours; a residual is
 * their sum. With one value for each hour of each channel it would overfit 22 days.
 */
function perHourAndChannel(answer: Tensor): Tensor {
  const byHour = answer.slice([0, 0], [-1, outputHours]).expandDims(2);
  const byChannel = answer.slice([0, outputHours], [-1, -1]).expandDims(1);
  return byHour.add(byChannel);
}

/** Weighted mean absolute error. */
function lossOf(tf: TensorFlow, network: LayersModel, { input, target, weight }: ExampleTensors): Scalar {
  return tf.tidy(() => {
    const answer = network.apply(input, { training: true });
    if (Array.isArray(answer) || !('dataSync' in answer)) throw new TypeError('the network has one output');
    return perHourAndChannel(answer).sub(target).abs().mul(weight).mean().div(weight.mean()).asScalar();
  });
}

function copiedWeights(tf: TensorFlow, network: LayersModel): Tensor[] {
  return tf.tidy(() => network.getWeights().map(weights => weights.clone()));
}

function symbolic(output: Tensor | Tensor[] | SymbolicTensor | SymbolicTensor[]): SymbolicTensor {
  if (Array.isArray(output) || !('sourceLayer' in output))
    throw new TypeError('a layer applied to a symbolic tensor gives one');
  return output;
}
