/**
 * Logs where something stands: at most once in `everyMs`, and not again what was said last.
 *
 * @param nowMs a clock that only goes forward
 */
export function throttledLog(
  log: (text: string) => void,
  everyMs: number,
  nowMs: () => number = () => performance.now(),
): (text: string) => void {
  let said = '';
  let saidMs = nowMs();
  return text => {
    if (text === said || nowMs() - saidMs < everyMs) return;
    log(text);
    said = text;
    saidMs = nowMs();
  };
}
