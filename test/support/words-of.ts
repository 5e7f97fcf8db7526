/** The words that a reader of some HTML sees, with a space between them. */
export function wordsOf(text: string): string {
  return text
    .replaceAll(/<(style|script)>.*?<\/\1>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
