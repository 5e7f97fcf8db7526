/** A word of a command line as a shell reads it: my-shop.yaml as it is, 'my shop.yaml' in quotes. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
