/**
 * Logs a state: at most once in `everyMs`, and not the same text twice in a row.
 *
 * @param nowMs a clock that only goes forward
 */
export function throttledLog(
  log: (text: string) => void,
  everyMs: number,
  nowMs: () => number = () => performance.now(),
): (text: string) => void {
  let last = '';
  let lastMs = nowMs();
  return text => {
    if (text === last || nowMs() - lastMs < everyMs) return;
    log(text);
    last = text;
    lastMs = nowMs();
  };
}
