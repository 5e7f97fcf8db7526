/** A number with its noun: counted(1, 'alarm') is "1 alarm", counted(2, 'anomaly', 'anomalies') "2 anomalies". */
export function counted(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount} ${amount === 1 ? noun : plural}`;
}
