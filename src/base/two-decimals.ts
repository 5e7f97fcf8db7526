/** A figure or a price, rounded: twoDecimals(0.12345) is 0.12. */
export function twoDecimals(value: number): number {
  return Math.round(value * 100) / 100;
}
