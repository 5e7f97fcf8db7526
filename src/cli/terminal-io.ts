import picocolors from 'picocolors';
import type { Host, Io, IoFlags } from './io.ts';
import { noProgress, startProgress } from './progress.ts';

/** The `Io` of one call: data to stdout, everything else to stderr. */
export function terminalIo(host: Host, flags: IoFlags): Io {
  const out = (text: string) => {
    host.stdout.write(`${text}\n`);
  };
  return {
    out,
    result: (json, text) => out(flags.json ? JSON.stringify(json, undefined, 2) : text()),
    log: text => {
      if (!flags.quiet) host.stderr.write(`${text}\n`);
    },
    warn: text => {
      host.stderr.write(`warning: ${text}\n`);
    },
    error: text => {
      host.stderr.write(`error: ${text}\n`);
    },
    progress: label => (flags.quiet ? noProgress : startProgress(label, host.stderr)),
    signal: host.signal,
    colours: picocolors.createColors(host.stdout.isTTY === true && picocolors.isColorSupported),
    width: host.stdout.isTTY === true ? host.stdout.columns : undefined,
    isJson: flags.json,
  };
}
