/** A number with its noun: pluralize(1, 'alarm') is "1 alarm", pluralize(2, 'anomaly', 'anomalies') "2 anomalies". */
export function pluralize(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount} ${amount === 1 ? noun : plural}`;
}
