/** A number with so many decimals at most: rounded(0.12345, 2) is 0.12. */
export function rounded(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}
