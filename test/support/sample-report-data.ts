import { byId, metrics } from '../../src/lab/evaluation/metrics.ts';
import type { ResultRow } from '../../src/lab/evaluation/result-rows.ts';
import { shopChannels } from '../../src/lab/features/series-channels.ts';
import type {
  AnomalyReport,
  ReportData,
  ReportedAlarm,
  ReportedChain,
  ReportedDecision,
  ReportedIntervention,
} from '../../src/lab/report/report-data.ts';
import { reportDataFormat } from '../../src/lab/report/report-data.ts';
import { resultRow } from './result-row.ts';

const hourMs = 3_600_000;
/** Monday, 2 March 2026. */
const startMs = Date.UTC(2026, 2, 2);
const days = 10;
const dayShape = [
  55, 35, 22, 16, 14, 16, 28, 45, 65, 80, 90, 100, 108, 106, 104, 106, 112, 124, 150, 165, 172, 166, 146, 95,
];
const channelShares = [0.04, 0.2, 0.31, 0.06, 0.04, 0.05, 0.04, 0.26, 0.01];

/** Four of seven messages of a chain. */
export const sampleChain: ReportedChain = {
  messages: 24,
  caused: 9,
  leftOut: 3,
  missingCause: 'id00000000000000',
  chain: ['AddProductToCart', 'ReserveProduct', 'ProductReserved', 'ProductReservationReleased'].map((type, index) => ({
    timeMs: startMs + 13 * hourMs + index * 5000,
    id: `id0000000000000${index + 1}`,
    kind: index < 2 ? 'command' : 'event',
    type,
    source: index === 0 ? '/customers' : '/services/warehouse',
    key: 'p-0001',
    label: 'first-blatant',
  })),
};

/** A deterministic wobble in (-1, 1). */
function wobble(index: number, salt: number): number {
  return Math.sin(index * 12.9898 + salt * 78.233) * Math.cos(index * 4.1414 + salt);
}

/** A made-up report of all four anomalies that looks like a real one; the same at every call. */
export function sampleReportData(): ReportData {
  return {
    format: reportDataFormat,
    run: {
      name: 'sample',
      command: 'cqshop run --seed 7',
      seed: 7,
      version: '0.1.0',
      stages: [
        { name: 'simulate training data', seconds: 21.4 },
        { name: 'train', seconds: 17.9 },
        { name: 'calibrate', seconds: 24.2 },
        { name: 'test', seconds: 11.3 },
      ],
    },
    rows: [
      ...rowsOf('stock-exhaustion', 'cart', [0.93, 0.95, 0.94], ['fast-hoarder', 'slow-hoarder', 'account-ring']),
      ...rowsOf('price-error', 'cart', [0.83, 0.9, 0.9], ['lost-decimal', 'extra-zero', 'wrong-discount'], 0.93),
      ...rowsOf('traffic-intensity', 'one-class-svm', [0.78, 0.7, 0.66], ['flood', 'silence']),
      ...rowsOf('workload-shape', 'lstm', [0.89, 0.88, 0.81], ['outage', 'surge']),
    ],
    anomalies: [
      {
        ...base('stock-exhaustion', 'cart', 30, 'user'),
        incidents: [{ incident: 1, chain: sampleChain, decision: sampleDecision }],
        dataset: 'results/sample/datasets/test-stock-exhaustion',
        tree: sampleTree,
        scores: sampleScores,
      },
      { ...base('price-error', 'cart', 60, 'product'), tree: sampleTree, scores: sampleScores },
      base('traffic-intensity', 'one-class-svm', 15, 'shop'),
      { ...base('workload-shape', 'lstm', 60, 'shop'), forecast: sampleForecast() },
    ],
  };
}

const sampleDecision: ReportedDecision = {
  votes: [0.99, 0.98, 0.9, 0.4],
  trees: [
    {
      questions: [
        { phrase: 'units reserved and not bought in 6 h', value: 96, threshold: 24.5 },
        { phrase: 'orders paid', value: 0, threshold: 0.5 },
      ],
      units: 121,
      positives: 119,
    },
  ],
};

const descriptions: Readonly<Record<string, string>> = {
  cart: 'a classification tree per customer and half hour',
  'one-class-svm': 'one-class SVM on windowed counts of events',
  lstm: 'LSTM on the residuals of the hourly medians, forecasting two days; forecast against actual',
};

function base(anomaly: string, id: string, windowMinutes: number, entity: 'user' | 'product' | 'shop'): AnomalyReport {
  const labels = sampleLabels(anomaly, entity);
  const nearMisses = sampleNearMisses();
  return {
    anomaly,
    learner: {
      id,
      description: descriptions[id] ?? '',
      library: id === 'cart' ? 'ml-cart 2.1.1' : id === 'lstm' ? '@tensorflow/tfjs 4.22.0' : 'libsvm-js 0.2.1',
      windowMinutes,
      threshold: { value: 0.42, note: 'one false alarm in 22 days, from 220 clean days' },
    },
    test: { startMs, endMs: startMs + days * 24 * hourMs, seed: 1007 },
    series: sampleSeries(
      windowMinutes === 15 ? 15 : 60,
      anomaly === 'workload-shape' || anomaly === 'traffic-intensity',
    ),
    labels,
    nearMisses,
    alarms: sampleAlarms(anomaly, entity, labels, nearMisses),
    scoreLine: sampleScoreLine(labels),
  };
}

/** High while an anomaly is on, and for one near miss. */
function sampleScoreLine(labels: readonly ReportedIntervention[]): NonNullable<AnomalyReport['scoreLine']> {
  return {
    startMs,
    stepMinutes: 60,
    values: Array.from({ length: days * 24 }, (_, hour) => {
      const atMs = startMs + hour * hourMs;
      const isOn = labels.some(one => atMs >= one.startMs && atMs < one.effectEndMs);
      return Number((isOn ? 0.8 + 0.1 * wobble(hour, 5) : 0.1 + 0.08 * wobble(hour, 6)).toFixed(3));
    }),
  };
}

function countAt(timeMs: number, stepMinutes: number, isDisturbed: boolean): number {
  const hour = Math.floor((timeMs - startMs) / hourMs);
  const level = 4 * (dayShape[hour % 24] ?? 0) * (1 + 0.08 * wobble(Math.floor(hour / 24), 3));
  const disturbance = isDisturbed ? (hour >= 60 && hour < 65 ? 0.15 : hour >= 134 && hour < 138 ? 1.8 : 1) : 1;
  const index = Math.round((timeMs - startMs) / 60_000);
  return Math.max(0, Math.round(((level * stepMinutes) / 60) * disturbance * (1 + 0.09 * wobble(index, 1))));
}

function sampleSeries(stepMinutes: number, isDisturbed: boolean): AnomalyReport['series'] {
  const total = Array.from({ length: (days * 24 * 60) / stepMinutes }, (_, index) =>
    countAt(startMs + index * stepMinutes * 60_000, stepMinutes, isDisturbed),
  );
  return {
    startMs,
    stepMinutes,
    channels: [
      { name: 'total', counts: total },
      ...shopChannels.names.map((name, channel) => ({
        name,
        counts: total.map((count, index) =>
          Math.max(0, Math.round(count * (channelShares[channel] ?? 0) * (1 + 0.15 * wobble(index, channel)))),
        ),
      })),
    ],
  };
}

function intervention(
  id: string,
  kind: string,
  [variant, intensity]: readonly [string, string],
  [fromHour, hours]: readonly [number, number],
  entities: AnomalyReport['labels'][number]['entities'],
): ReportedIntervention {
  const from = startMs + fromHour * hourMs;
  return {
    id,
    kind,
    variant,
    intensity,
    entities: [...entities],
    entityCount: entities.length,
    startMs: from,
    endMs: from + hours * hourMs,
    effectEndMs: from + (hours + 0.5) * hourMs,
  };
}

function sampleLabels(anomaly: string, type: 'user' | 'product' | 'shop'): ReportedIntervention[] {
  const variants = ['first', 'second'];
  return ['blatant', 'moderate', 'subtle'].flatMap((intensity, strength) =>
    variants.map((variant, which) =>
      intervention(
        `${variant}-${intensity}`,
        anomaly,
        [variant, intensity],
        [60 + strength * 37 + which * 74, 2.5 + strength],
        type === 'shop'
          ? [{ type, id: 'shop' }]
          : [
              { type, id: `${type}-${strength}${which}4f1c9b` },
              { type, id: `${type}-${strength}${which}77aa02` },
            ],
      ),
    ),
  );
}

function sampleNearMisses(): ReportedIntervention[] {
  const kinds = ['flash-sale', 'bulk-buyer', 'sell-out', 'holiday', 'busy-evening', 'campaign', 'clearance'];
  return kinds.map((kind, index) =>
    intervention(`${kind}-1`, kind, [kind, 'none'], [20 + index * 31, kind === 'holiday' ? 24 : 3 + (index % 3)], []),
  );
}

function sampleAlarms(
  anomaly: string,
  type: 'user' | 'product' | 'shop',
  labels: readonly ReportedIntervention[],
  nearMisses: readonly ReportedIntervention[],
): ReportedAlarm[] {
  const right = labels.slice(0, 5).map((label, index) => ({
    startMs: label.startMs + 0.5 * hourMs,
    endMs: label.endMs,
    detectedAtMs: label.startMs + (1 + index * 0.25) * hourMs,
    entity: label.entities[0] ?? { type, id: type },
    score: 0.97 - index * 0.08,
    threshold: 0.42,
    evidence:
      type === 'shop'
        ? 'order events low (3, forecast 41.2, band 22 to 60) and shipping events low (2, forecast 30)'
        : '411 unit-minutes held without an order (usually at most 38)',
    incident: index + 1,
    labels: [label.id],
    nearMisses: [],
  }));
  const fellFor = nearMisses[anomaly === 'traffic-intensity' ? 4 : 1];
  const wrong = (atMs: number, misses: readonly string[]): ReportedAlarm => ({
    startMs: atMs,
    endMs: atMs + hourMs,
    detectedAtMs: atMs + hourMs,
    entity: { type, id: type === 'shop' ? 'shop' : `${type}-90bb31` },
    score: 0.51,
    threshold: 0.42,
    evidence: '38 units held at once (usually at most 8), and <b>no</b> order paid',
    incident: 6 + atMs,
    labels: [],
    nearMisses: [...misses],
  });
  return [
    ...right,
    wrong((fellFor?.startMs ?? startMs) + hourMs, [fellFor?.id ?? '']),
    ...(anomaly === 'traffic-intensity' ? [wrong(startMs + 15 * hourMs, [])] : []),
  ].sort((a, b) => a.startMs - b.startMs);
}

const sampleTree: NonNullable<AnomalyReport['tree']> = {
  units: 61_230,
  positives: 148,
  question: {
    feature: 'unpaidUnits6h',
    phrase: 'units reserved and not bought in 6 h',
    threshold: 24.5,
    below: {
      units: 60_410,
      positives: 21,
      question: {
        feature: 'quickReHolds6h',
        phrase: 'times in 6 h that a product was taken within 2 min of an expiry',
        threshold: 2.5,
        below: { units: 60_371, positives: 4 },
        atLeast: { units: 39, positives: 17 },
      },
    },
    atLeast: {
      units: 820,
      positives: 127,
      question: {
        feature: 'heldUnitMinutes',
        phrase: 'unit-minutes held without an order',
        threshold: 120,
        below: { units: 671, positives: 6 },
        atLeast: {
          units: 149,
          positives: 121,
          question: {
            feature: 'ordersPaid',
            phrase: 'orders paid',
            threshold: 0.5,
            below: { units: 121, positives: 119 },
            atLeast: { units: 28, positives: 2 },
          },
        },
      },
    },
  },
};

const sampleScores: NonNullable<AnomalyReport['scores']> = {
  low: 0,
  high: 1,
  isCut: false,
  negatives: Array.from({ length: 40 }, (_, bin) =>
    bin === 0 ? 9120 : bin < 8 ? 400 - 50 * bin : bin % 9 === 0 ? 3 : 0,
  ),
  positives: Array.from({ length: 40 }, (_, bin) => (bin > 36 ? 30 : bin > 15 && bin % 4 === 0 ? 5 : 0)),
};

function sampleForecast(): NonNullable<AnomalyReport['forecast']> {
  const series = sampleSeries(60, true);
  const calm = sampleSeries(60, false);
  return {
    startMs,
    stepMinutes: 60,
    channels: series.channels.map(({ name, counts }, channel) => {
      const expected = (calm.channels[channel]?.counts ?? []).map(
        (count, hour) => (count ?? 0) * (1 + 0.05 * wobble(hour, 9)),
      );
      const half = (count: number) => 0.28 * count + 3;
      return {
        name,
        actual: [...counts],
        forecast: expected,
        low: expected.map(count => Math.max(0, count - half(count))),
        high: expected.map(count => count + half(count)),
      };
    }),
  };
}

function rowsOf(
  anomaly: string,
  learner: string,
  [recall, precision, ap]: readonly [number, number, number],
  variants: readonly string[],
  ruleAp = ap - 0.11,
): ResultRow[] {
  const detectors = [
    { detector: learner, role: 'learner', recall, precision, ap },
    { detector: 'stump', role: 'baseline', recall: recall - 0.25, precision: precision - 0.2, ap: ap - 0.3 },
    { detector: 'rule', role: 'baseline', recall: recall - 0.11, precision: precision - 0.05, ap: ruleAp },
    { detector: 'perfect', role: 'control', recall: 1, precision: 1, ap: 1 },
    { detector: 'random', role: 'control', recall: 0.11, precision: 0.2, ap: 0.004 },
    { detector: 'null', role: 'control', recall: 0, precision: null, ap: 0.003 },
  ] as const;
  const groups = variants.flatMap(variant =>
    ['blatant', 'moderate', 'subtle'].map((intensity, strength) => ({ variant, intensity, strength })),
  );
  return detectors.flatMap(({ detector, role, recall: found, precision: right, ap: rank }) => {
    const row = (variant: string, intensity: string, labels: number, share: number): ResultRow => {
      const detected = Math.round(labels * share);
      const precisionFigure = right === null ? null : Math.max(0.05, right);
      const f1 = precisionFigure === null ? 0 : (2 * precisionFigure * share) / (precisionFigure + share || 1);
      return resultRow({
        anomaly,
        variant,
        intensity,
        detector,
        role,
        labels,
        detected,
        alarms: right === null ? 0 : detected + 2,
        nearMissAlarms: role === 'control' ? 0 : 1,
        ...byId(metrics, () => null),
        recall: labels === 0 ? null : detected / labels,
        precision: precisionFigure,
        f1,
        falseAlarmsPerDay: right === null ? 0 : Math.round((1 - right) * 100) / 100,
        delayMinutesMedian: detected === 0 ? null : role === 'learner' ? 31 : 58,
        averagePrecision: rank,
        rocAuc: detector === 'random' ? 0.51 : detector === 'null' ? 0.5 : 0.96,
      });
    };
    return [
      row('all', 'all', groups.length, found),
      ...groups.map(({ variant, intensity, strength }) =>
        row(variant, intensity, 1, Math.max(0, Math.min(1, found + 0.45 - 0.3 * strength))),
      ),
    ];
  });
}
