/** A path in a command line as a shell and cqshop read it: my-shop.yaml as it is, 'my shop.yaml' in quotes, -x.yaml as ./-x.yaml. */
export function shellWord(path: string): string {
  const word = path.startsWith('-') ? `./${path}` : path;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
