import { cannot } from '../../../base/errors.ts';

/** A trained one-class SVM, read from libsvm's text format. */
export type DecisionFunction = ReturnType<typeof decisionFunction>;

type SupportVector = { readonly alpha: number; readonly logAlpha: number; readonly x: readonly number[] };

/**
 * Reads the text that `trainOneClass` returns. The text holds eight digits a value and six of ρ, so ρ (exp(-anomaly) - 1) agrees with the library's f to
 * about 3e-6.
 *
 * @throws MODEL_INVALID when the text is no one-class model with an RBF kernel
 */
export function decisionFunction(text: string) {
  const [head = '', body = ''] = text.split(/^SV\s*$/m);
  const header = new Map(
    head.split('\n').map(line => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1).trim()]),
  );
  const gamma = Number(header.get('gamma'));
  const rho = Number(header.get('rho'));
  const lines = body.split('\n').filter(line => line.trim() !== '');
  const dimensions = Math.max(0, ...lines.map(line => line.trim().split(' ').length - 1));
  const vectors = lines.map(line => supportVector(line, dimensions));
  const readable =
    header.get('svm_type') === 'one_class' &&
    header.get('kernel_type') === 'rbf' &&
    gamma > 0 &&
    rho > 0 &&
    vectors.length > 0 &&
    vectors.length === Number(header.get('total_sv')) &&
    vectors.every(({ alpha, x }) => alpha > 0 && x.every(Number.isFinite));
  if (!readable)
    throw cannot('MODEL_INVALID', 'read the one-class SVM')(
      'the file is damaged or of another kind',
      'a libsvm one_class model with an rbf kernel',
    );

  function logKernelSum(x: readonly number[]): number {
    const exponents = vectors.map(vector => vector.logAlpha - gamma * squaredDistance(vector.x, x));
    const largest = Math.max(...exponents);
    return largest + Math.log(exponents.reduce((sum, exponent) => sum + Math.exp(exponent - largest), 0));
  }
  return {
    dimensions,
    /**
     * ln(ρ / Σ αᵢ K(xᵢ, x)): positive outside. It ranks as the negative of libsvm's f(x) = Σ αᵢ K(xᵢ, x) - ρ and has the same boundary at 0, but it
     * keeps growing with the squared distance from the nearest support vectors, where f gives -ρ for ten deviations and for a hundred.
     */
    anomaly: (x: readonly number[]) => Math.log(rho) - logKernelSum(x),
  };
}

/** "0.3 1:0.01 2:-0.28": the coefficient, then the values by index from 1; a missing index is 0. */
function supportVector(line: string, dimensions: number): SupportVector {
  const [alpha, ...entries] = line.trim().split(' ');
  const x = new Array<number>(dimensions).fill(0);
  for (const entry of entries) {
    const [index, value] = entry.split(':');
    x[Number(index) - 1] = Number(value);
  }
  return { alpha: Number(alpha), logAlpha: Math.log(Number(alpha)), x };
}

function squaredDistance(one: readonly number[], other: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    sum += difference * difference;
  }
  return sum;
}
