/** A directory's name without slashes at its end, so that others can be made of it: "out/" as "out"; "/" stays. */
export function withoutSlash(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}
