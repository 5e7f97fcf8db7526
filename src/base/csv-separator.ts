export const usualSeparators: readonly string[] = [',', ';', '\t', '|'];

/** The separator of a CSV file: the usual one that its header has most of outside quotes. */
export function separatorOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '');
  const countOf = (separator: string) => bare.split(separator).length;
  return usualSeparators.reduce((most, other) => (countOf(other) > countOf(most) ? other : most));
}
