/** An option as it is given: `topicPrefix` is `--topic-prefix`. */
export function optionFlag(name: string): string {
  return `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
}
