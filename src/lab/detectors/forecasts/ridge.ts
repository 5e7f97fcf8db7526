/** One observation: inputs, target and weight (the inverse of its variance). */
export type RidgeRow = { readonly inputs: readonly number[]; readonly target: number; readonly weight: number };

/**
 * The coefficients b that minimise Σ w (y - b·x)² + Σ p b², by Cholesky's decomposition.
 *
 * @param penalties one for each input, above 0: the inverse of the variance that a coefficient is believed to have
 */
export function ridge(rows: readonly RidgeRow[], penalties: readonly number[]): readonly number[] {
  const size = penalties.length;
  const matrix = penalties.map((penalty, row) =>
    Float64Array.from(penalties, (_, column) => (row === column ? penalty : 0)),
  );
  const right = new Float64Array(size);
  for (const { inputs, target, weight } of rows) {
    for (const [row, line] of matrix.entries()) {
      const weighted = weight * (inputs[row] ?? 0);
      right[row] = (right[row] ?? 0) + weighted * target;
      for (let column = 0; column <= row; column += 1)
        line[column] = (line[column] ?? 0) + weighted * (inputs[column] ?? 0);
    }
  }
  return solved(matrix, right);
}

/** Solves Ax = y for a symmetric, positive definite A, whose lower triangle is read. */
function solved(matrix: readonly Float64Array[], right: Float64Array): readonly number[] {
  const lower: number[][] = [];
  const between: number[] = [];
  for (const [row, line] of matrix.entries()) {
    const own: number[] = [];
    for (let column = 0; column <= row; column += 1) {
      const other = column === row ? own : (lower[column] ?? []);
      let rest = line[column] ?? 0;
      for (let k = 0; k < column; k += 1) rest -= (own[k] ?? 0) * (other[k] ?? 0);
      own.push(column === row ? Math.sqrt(rest) : rest / (other[column] ?? 1));
    }
    lower.push(own);
    let rest = right[row] ?? 0;
    for (let k = 0; k < row; k += 1) rest -= (own[k] ?? 0) * (between[k] ?? 0);
    between.push(rest / (own[row] ?? 1));
  }
  const solution = new Array<number>(right.length).fill(0);
  for (let row = right.length - 1; row >= 0; row -= 1) {
    let rest = between[row] ?? 0;
    for (let k = row + 1; k < right.length; k += 1) rest -= (lower[k]?.[row] ?? 0) * (solution[k] ?? 0);
    solution[row] = rest / (lower[row]?.[row] ?? 1);
  }
  return solution;
}
