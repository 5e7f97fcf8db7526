import type { Demo } from '../../app/demo.ts';
import { formatDatedSpan, formatDuration } from '../../base/format-time.ts';
import { formatMinute, minuteMs, rfc3339 } from '../../base/time.ts';
import { pluralize, withDigits } from '../../base/words.ts';
import { intensities } from '../../data/dataset/anomaly-facts.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import { type Label, spanOfLabel } from '../../data/dataset/truth.ts';
import type { Model } from '../../lab/detectors/model.ts';
import type { Gate } from '../../lab/evaluation/gate.ts';
import { cleanGroup } from '../../lab/evaluation/result-rows.ts';
import { terminalEvents } from '../../lab/report/terminal/events.ts';
import { defaultWidth, wrapText } from '../../lab/report/terminal/wrap-text.ts';
import { formatAlarm } from '../format-alarm.ts';
import type { Io } from '../io.ts';
import { formatOrigin } from '../message-tree.ts';

/** A chain of messages that is longer is shown without its middle. */
const chainShown = { first: 6, last: 4 };
/** A narrower terminal has no place for ids of messages [characters]. */
const widthWithIds = 80;

/** What `cqshop demo` knows once it has run. */
export type DemoResult = Demo & {
  readonly model: Model;
  /** Figures that the shipped models reach on other runs. */
  readonly gate: Gate;
  /** The messages that led to the first unsold return of the hoarder's stock, the first cause first. */
  readonly chain: readonly EventRecord[];
  /** Commands to try next, with what they show. */
  readonly next: readonly { readonly command: string; readonly shows: string }[];
};

/** The demo as a page for the terminal: what happened, what was found and why, what was not, and how to go on. */
export function demoText(demo: DemoResult, { colours, width = defaultWidth }: Pick<Io, 'colours' | 'width'>): string {
  const { dataset, events, labels, nearMisses, alarms, model, chain, next } = demo;
  const { anomaly } = model.detector;
  const { manifest } = dataset;
  const isSearched = (label: Label) => label.anomaly === anomaly;
  const others = labels.filter(label => !isSearched(label));
  const wrap = (text: string, indent = '  ') => wrapText(text, width, indent);
  const part = (title: string, ...lines: readonly string[]) => ['', colours.bold(wrap(title, '')), ...lines];
  return [
    wrap(
      `Two days of a small web shop: ${pluralize(manifest.messages, 'message')} of 7 services, from seed ${manifest.seed}.`,
      '',
    ),
    wrap('One account puts products into its carts, so that others cannot buy them, and does not pay.', ''),
    '',
    terminalEvents(
      events,
      {
        anomalies: labels.filter(isSearched).map(spanOfLabel),
        others: others.map(spanOfLabel),
        nearMisses: nearMisses.map(one => spanOfLabel(one.nearMiss)),
        alarms,
      },
      width,
    ),
    ...part(
      alarms.length === 0
        ? 'It raised no alarm.'
        : `Found by the detector ${model.description.detector} (${model.description.library}), trained on other runs:`,
      ...alarms.flatMap(({ label, ...alarm }) => [
        formatAlarm(alarm, { width, indent: '  ' }),
        wrap(
          label === undefined
            ? '  It is false.'
            : `  It is right: it names the hoarder, ${delay(alarm.detectedAtMs, label.start)}.`,
        ),
      ]),
    ),
    ...(chain.length === 0
      ? []
      : part('How it began: each message is caused by the one above it.', ...chainLines(chain, width))),
    ...part(
      'Near misses look unusual, but must raise no alarm:',
      ...nearMisses.map(({ nearMiss, highestScore }) => {
        const { startMs, endMs } = spanOfLabel(nearMiss);
        const score = highestScore === undefined ? 'not scored' : `highest score ${withDigits(highestScore, 2)}`;
        return wrap(`  ${formatDatedSpan(startMs, endMs)}  ${nearMiss.anomaly}  ${score}`, '      ');
      }),
    ),
    ...part('What it misses:', ...missed(demo, others).map(line => wrap(line))),
    ...part(
      'Try next:',
      ...next.flatMap(({ command, shows }) => [`  ${command}`, colours.dim(wrap(`      ${shows}`, '      '))]),
    ),
  ].join('\n');
}

function delay(detectedAtMs: number, start: string): string {
  return `${formatDuration((detectedAtMs - Date.parse(start)) / minuteMs)} after it began`;
}

function chainLines(chain: readonly EventRecord[], width: number): readonly string[] {
  const { first, last } = chainShown;
  const line = (record: EventRecord) => {
    const id = width < widthWithIds ? '' : `${record.id}  `;
    return wrapText(
      `  ${rfc3339(record.timeMs).slice(11, 19)}  ${id}${record.type}  ${formatOrigin(record)}`,
      width,
      '      ',
    );
  };
  if (chain.length <= first + last) return chain.map(line);
  return [
    ...chain.slice(0, first).map(line),
    `  ... ${chain.length - first - last} messages more`,
    ...chain.slice(-last).map(line),
  ];
}

/** What the model missed in other runs, and the anomalies that it does not look for. */
function missed({ gate, model }: DemoResult, others: readonly Label[]): readonly string[] {
  const { anomaly, id } = model.detector;
  const limits = gate.accepted.filter(limit => limit.anomaly === anomaly && limit.detector === id);
  const shares = intensities.flatMap(intensity => {
    const recall = limits.find(limit => limit.variant === 'all' && limit.intensity === intensity)?.recall;
    return typeof recall === 'number' ? [`${Math.round(100 * (1 - recall))} % of the ${intensity}`] : [];
  });
  const falseAlarms = limits.find(({ variant }) => variant === cleanGroup.variant)?.falseAlarmsPerDay;
  return [
    `  in ${gate.seeds} other runs of 22 days: ${shares.join(', ')} hoarders`,
    ...(falseAlarms
      ? [`  and it raised one false alarm in ${Math.round(1 / falseAlarms)} days without anomalies`]
      : []),
    ...others.map(label => {
      const { startMs } = spanOfLabel(label);
      return `  here: the ${label.anomaly} of ${formatMinute(startMs)}; each detector looks for one anomaly`;
    }),
  ];
}
