/** One observation: inputs, target and weight (the inverse of its variance). */
export type RidgeRow = { readonly inputs: readonly number[]; readonly target: number; readonly weight: number };

/**
 * The coefficients b that minimise Σ w (y - b·x)² + Σ p b², by Cholesky's decomposition.
 *
 * @param penalties one for each input, above 0: the inverse of the variance that a coefficient is believed to have
 */
export function ridge(rows: readonly RidgeRow[], penalties: readonly number[]): readonly number[] {
  const size = penalties.length;
  const matrix = new Float64Array(size * size);
  for (const [index, penalty] of penalties.entries()) matrix[index * (size + 1)] = penalty;
  const right = new Float64Array(size);
  for (const { inputs, target, weight } of rows) {
    for (let row = 0; row < size; row += 1) {
      const weighted = weight * (inputs[row] ?? 0);
      right[row] = (right[row] ?? 0) + weighted * target;
      for (let column = 0; column <= row; column += 1) {
        const at = row * size + column;
        matrix[at] = (matrix[at] ?? 0) + weighted * (inputs[column] ?? 0);
      }
    }
  }
  return solved(matrix, right);
}

/** Solves Ax = y for a symmetric, positive definite A, whose lower triangle is read, row after row. */
function solved(matrix: Float64Array, right: Float64Array): readonly number[] {
  const size = right.length;
  const lower: number[][] = [];
  const between: number[] = [];
  for (let row = 0; row < size; row += 1) {
    const own: number[] = [];
    for (let column = 0; column <= row; column += 1) {
      const other = column === row ? own : (lower[column] ?? []);
      let rest = matrix[row * size + column] ?? 0;
      for (let k = 0; k < column; k += 1) rest -= (own[k] ?? 0) * (other[k] ?? 0);
      own.push(column === row ? Math.sqrt(rest) : rest / (other[column] ?? 1));
    }
    lower.push(own);
    let rest = right[row] ?? 0;
    for (let k = 0; k < row; k += 1) rest -= (own[k] ?? 0) * (between[k] ?? 0);
    between.push(rest / (own[row] ?? 1));
  }
  const solution = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row -= 1) {
    let rest = between[row] ?? 0;
    for (let k = row + 1; k < size; k += 1) rest -= (lower[k]?.[row] ?? 0) * (solution[k] ?? 0);
    solution[row] = rest / (lower[row]?.[row] ?? 1);
  }
  return solution;
}
