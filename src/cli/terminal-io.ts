import picocolors from 'picocolors';
import { wrapText } from '../lab/report/wrap-text.ts';
import type { Host, Io, IoFlags, Progress, TextSink } from './io.ts';
import { noProgress, startProgress } from './progress.ts';

/** The `Io` of one call: data to stdout, everything else to stderr. */
export function terminalIo(host: Host, flags: IoFlags): Io {
  const out = (text: string) => {
    host.stdout.write(`${text}\n`);
  };
  const shown = new Set<Progress>();
  const note = (text: string) => {
    for (const progress of shown) progress.pause();
    host.stderr.write(`${wrapText(text, widthOf(host.stderr), '  ')}\n`);
  };
  return {
    out,
    result: (json, text) => out(flags.json ? JSON.stringify(json, undefined, 2) : text()),
    log: text => {
      if (!flags.quiet) note(text);
    },
    warn: text => note(`warning: ${text}`),
    error: text => note(`error: ${text}`),
    progress: label => {
      if (flags.quiet) return noProgress;
      const progress = startProgress(label, host.stderr);
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

/** Of a terminal [characters]; undefined for a file, a pipe, or a terminal that does not know. */
export function widthOf({ isTTY, columns }: TextSink): number | undefined {
  return isTTY === true && columns !== 0 ? columns : undefined;
}
