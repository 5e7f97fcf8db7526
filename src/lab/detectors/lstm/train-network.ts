import { shuffled } from '../draws.ts';
import type { Forecast } from '../forecasts/forecasters.ts';
import { hoursAhead } from '../forecasts/origin.ts';
import type { NetworkInput } from './lstm-inputs.ts';
import { type InputTensors, inputTensors, joined, logFactors } from './network.ts';
import type { LayersModel, Scalar, Tensor3D, TensorFlow } from './tensorflow.ts';

/** Examples a batch. */
const usualBatchSize = 64;
const batches = 60;
/** The learning rate falls to 0 along half a cosine. */
const learningRate = 5e-3;
const weightDecay = 0.1;
/** Batches between two looks at the held-out examples. */
const lookEvery = 10;
/** Of the negative binomial distribution: the variance of a count is μ + μ²/15. */
const dispersion = 15;
/** The base is at least so large [messages]. */
const leastBase = 0.3;

/** What a network reads, what it corrects, and what followed. */
export type NetworkExample = {
  /** Its own among the examples; decides its place in the shuffled order. */
  readonly name: string;
  readonly input: NetworkInput;
  readonly base: Forecast;
  readonly actual: Forecast;
};

/** An example that is read many times: its hours one after the other, the base as large as it is at least. */
type FlatExample = Pick<NetworkExample, 'name' | 'input'> & {
  readonly base: Float32Array;
  readonly actual: Float32Array;
};

function flat({ name, input, base, actual }: NetworkExample): FlatExample {
  return {
    name,
    input,
    base: Float32Array.from(base.flat(), count => Math.max(leastBase, count)),
    actual: Float32Array.from(actual.flat()),
  };
}

/** Examples as tensors. */
type ExampleTensors = InputTensors & { readonly base: Tensor3D; readonly actual: Tensor3D };

/**
 * Trains on shuffled batches by AdamW (Loshchilov & Hutter 2019), and keeps the weights that were best on the held-out examples.
 *
 * @param options.taught are each trained on once before any is trained on twice
 */
export function trainNetwork(
  tf: TensorFlow,
  network: LayersModel,
  options: {
    readonly taught: readonly NetworkExample[];
    readonly held: readonly NetworkExample[];
    readonly columns: number;
    readonly seed: number;
    /** Default 64. */
    readonly batchSize?: number;
  },
): void {
  const { columns, seed, batchSize = usualBatchSize } = options;
  const toTensors = (examples: readonly FlatExample[]): ExampleTensors => {
    const ahead = (of: (example: FlatExample) => Float32Array) =>
      tf.tensor3d(joined(examples.map(of)), [examples.length, hoursAhead, columns]);
    return {
      ...inputTensors(
        tf,
        examples.map(({ input }) => input),
        columns,
      ),
      base: ahead(({ base }) => base),
      actual: ahead(({ actual }) => actual),
    };
  };
  const taught = options.taught.map(flat);
  const held = toTensors(options.held.map(flat));
  const heldLoss = () => tf.tidy(() => lossOf(tf, network, held).dataSync()[0] ?? Number.POSITIVE_INFINITY);
  const adam = adamW(tf, network);
  let best = { loss: heldLoss(), weights: adam.weights() };
  let queue: readonly FlatExample[] = [];
  for (let batch = 0; batch < batches; batch += 1) {
    if (queue.length < Math.min(batchSize, taught.length))
      queue = [...queue, ...shuffled(taught, seed, ({ name }) => `${batch}/${name}`)];
    const tensors = toTensors(queue.slice(0, batchSize));
    queue = queue.slice(batchSize);
    adam.step(() => lossOf(tf, network, tensors), 0.5 * learningRate * (1 + Math.cos((Math.PI * batch) / batches)));
    tf.dispose(Object.values(tensors));
    if ((batch + 1) % lookEvery !== 0) continue;
    const loss = heldLoss();
    if (loss < best.loss) best = { loss, weights: adam.weights() };
  }
  adam.restore(best.weights);
  tf.dispose(Object.values(held));
}

/** The mean negative log likelihood of the counts, without what does not depend on the network. */
function lossOf(tf: TensorFlow, network: LayersModel, { base, actual, ...inputs }: ExampleTensors): Scalar {
  return tf.tidy(() => {
    const mean = base.mul(logFactors(tf, network, inputs).exp());
    return actual.add(dispersion).mul(mean.add(dispersion).log()).sub(actual.mul(mean.log())).mean().asScalar();
  });
}

type Weights = readonly Float32Array[];

/** AdamW on a network's weights, in plain numbers: TensorFlow.js has Adam without weight decay. Biases do not decay. */
function adamW(tf: TensorFlow, network: LayersModel) {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  const variables = network.trainableWeights.map(variable => {
    const values = Float32Array.from(variable.read().dataSync());
    const [first, second] = [new Float64Array(values.length), new Float64Array(values.length)];
    return { variable, decays: !variable.name.includes('bias'), values, first, second };
  });
  let [power1, power2] = [1, 1];
  const assign = (values: Weights) => {
    for (const [index, { variable }] of variables.entries()) {
      const tensor = tf.tensor(values[index] ?? new Float32Array(), variable.read().shape);
      variable.write(tensor);
      tensor.dispose();
    }
  };
  return {
    weights: (): Weights => variables.map(({ values }) => Float32Array.from(values)),
    restore: assign,
    step(loss: () => Scalar, rate: number): void {
      power1 *= beta1;
      power2 *= beta2;
      const { value, grads } = tf.variableGrads(loss);
      for (const each of variables) {
        const gradient = grads[each.variable.name]?.dataSync() ?? [];
        const kept = 1 - (each.decays ? rate * weightDecay : 0);
        for (let index = 0; index < each.values.length; index += 1) {
          const slope = gradient[index] ?? 0;
          const first = beta1 * (each.first[index] ?? 0) + (1 - beta1) * slope;
          const second = beta2 * (each.second[index] ?? 0) + (1 - beta2) * slope * slope;
          each.first[index] = first;
          each.second[index] = second;
          const step = (rate * first) / (1 - power1) / (Math.sqrt(second / (1 - power2)) + epsilon);
          each.values[index] = kept * (each.values[index] ?? 0) - step;
        }
      }
      tf.dispose([value, ...Object.values(grads)]);
      assign(variables.map(({ values }) => values));
    },
  };
}
