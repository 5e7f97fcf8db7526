import picocolors from 'picocolors';
import { unicodeEscapes } from '../base/words.ts';
import { wrapText } from '../lab/report/terminal/wrap-text.ts';
import type { Host, Io, IoFlags, Progress, TextSink } from './io.ts';
import { noProgress, startProgress } from './progress.ts';

/**
 * The `Io` of one call: data to stdout, everything else to stderr.
 *
 * @param start makes the progress of a piece of work; default: a bar, or lines
 */
export function terminalIo(host: Host, flags: IoFlags, start = startProgress): Io {
  const shown = new Set<Progress>();
  // A bar that is still on the terminal would later clear the line that the text begins in.
  const clearBars = () => {
    for (const progress of shown) progress.pause();
  };
  const out = (text: string) => {
    clearBars();
    host.stdout.write(`${inert(text, host.stdout)}\n`);
  };
  const note = (text: string) => {
    clearBars();
    host.stderr.write(`${wrapText(inert(text, host.stderr), widthOf(host.stderr), '  ')}\n`);
  };
  return {
    out,
    result: (json, text) => out(flags.json ? JSON.stringify(json, undefined, 2) : [text()].flat().join('\n')),
    log: text => {
      if (!flags.quiet) note(text);
    },
    warn: text => note(`warning: ${text}`),
    error: text => note(`error: ${text}`),
    progress: label => {
      if (flags.quiet) return noProgress;
      const progress = start(label, host.stderr);
      shown.add(progress);
      const done = () => {
        progress.done();
        shown.delete(progress);
      };
      return { ...progress, done };
    },
    signal: host.signal,
    colours: picocolors.createColors(host.hasColours),
    width: widthOf(host.stdout),
    isJson: flags.json,
  };
}

/** A text that a terminal does not obey: names in data of others may hold commands to it. A file or a pipe gets it as it is. */
export function inert(text: string, { isTTY }: TextSink): string {
  if (isTTY !== true) return text;
  return text.replace(/\p{Control}(\[[\d;]*m)?/gu, (found, colour = '') => {
    const isOurs = found.startsWith('\n') || found.startsWith('\t') || (found.startsWith('\u001b') && colour !== '');
    return isOurs ? found : unicodeEscapes(found.charAt(0)) + colour;
  });
}

/** Of a terminal [characters]; undefined for a file, a pipe, or a terminal that does not know. */
export function widthOf({ isTTY, columns }: TextSink): number | undefined {
  return isTTY === true && columns !== 0 ? columns : undefined;
}
