import type { Entity } from '../../data/dataset/truth.ts';
import type { FeatureSet, Unit } from '../features/feature-set.ts';
import type { Leaf, TreeNode } from './cart/tree.ts';
import type { Shared } from './shared.ts';

/** The roles, in the order of a table. */
export const detectorRoles = ['learner', 'baseline', 'reference', 'external', 'control'] as const;

/**
 * `learner`: the detector under test. `baseline`: a simple one that it must beat. `reference`: a supervised one, trained on the labels of many runs by
 * `evaluate --reference` only, that shows what the data permit. `external`: anybody's program. `control`: shows that the metrics separate detectors from noise.
 */
export type DetectorRole = (typeof detectorRoles)[number];

/** A unit to train on. */
export type TrainingUnit = {
  readonly unit: Unit;
  /** Set only for detectors that declare `supervised`. */
  readonly positive: boolean;
  /** Index of the continuous stream that holds it; streams of several runs cover the same dates. Default 0. */
  readonly stream?: number;
  /** True if it is near an anomaly, so that it is neither positive nor normal; only where `wholeStreams` asks for it. */
  readonly touched?: boolean;
};

/** Why a unit got its score, in words and figures; becomes the `evidence` column. */
export type Evidence = { readonly text: string; readonly features: Readonly<Record<string, number>> };

/** A unit with its score; higher means more anomalous. `explain` is called for alarms only. */
export type ScoredUnit = {
  readonly unit: Unit;
  readonly score: number;
  /** Begin of the span that the score is about; default: that of the unit. An alarm begins there, and is known at the end of the unit. */
  readonly sinceMs?: number;
  readonly explain: () => Evidence;
};

/** Scores units in stream order; a unit may get no score, as at the beginning of a stream. */
export type Scorer = { readonly score: (unit: Unit) => readonly ScoredUnit[] };

/** The result of training: JSON parameters, and files in the library's own format, by file name. */
export type TrainedParameters = {
  readonly parameters: unknown;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Scores on held-out parts of the training data, by name; null where a figure has no meaning. */
  readonly validation?: Readonly<Record<string, number | null>>;
  /** What of the library computed, where it can compute in several ways: a backend of TensorFlow.js, 'wasm' or 'node'. */
  readonly backend?: string;
};

/** One channel of one window: what was counted, what was forecast, and the range of counts that is usual. */
export type ForecastBand = {
  readonly startMs: number;
  /** A channel's name, or `total`. */
  readonly channel: string;
  readonly actual: number;
  readonly forecast: number;
  readonly low: number;
  readonly high: number;
};

/** What a report can show of how a trained detector decides. */
export type DetectorView = {
  readonly forecast?: readonly ForecastBand[];
  readonly tree?: TreeNode;
  /** What each tree asked about a unit, and where it ended. */
  readonly decisions?: (unit: Unit) => readonly TreeDecision[];
};

/** One tree's way to its answer about one unit. */
export type TreeDecision = {
  readonly questions: readonly { readonly feature: string; readonly value: number; readonly threshold: number }[];
  readonly leaf: Leaf;
};

/**
 * One way to find one anomaly. A high score means anomalous. Thresholds are a separate object: a detector only ranks.
 * Adding one is a folder plus a line in the list of its anomaly, such as `tree-detectors.ts`; the conformance suite runs over every registered one.
 */
export type Detector = {
  /** Folder name = value of the `detector` column: 'cart', 'stump', 'random'. */
  readonly id: string;
  readonly anomaly: string;
  readonly role: DetectorRole;
  readonly description: string;
  /** Library and version that computes, such as 'ml-cart 2.1.1'; 'cqshop' for our own. */
  readonly library: string;
  readonly features: FeatureSet;
  /** True if `train` reads `positive`. Unsupervised detectors are given clean units only. */
  readonly supervised: boolean;
  /** True if a supervised `train` needs every unit of a stream in order, those near an anomaly too. Default false. */
  readonly wholeStreams?: boolean;
  /** True if scores are discrete, such as a tree's leaves, even where ties are broken: no tail can be fitted to them. Default false. */
  readonly hasDiscreteScores?: boolean;
  /** Factor on a threshold from a tail fit, where the scale of the scores was fitted to the training days as well. Default 1. */
  readonly tailMargin?: number;
  /** The budget that the threshold is chosen for; default one false alarm in 22 days. */
  readonly falseAlarmsPerDay?: number;
  readonly train: (units: readonly TrainingUnit[], options: { readonly seed: number }) => Promise<TrainedParameters>;
  /**
   * The same detector on the topics of another system, each counted separately. Left out where the features need the shop's messages.
   *
   * @param topicAliases topics with other names, by the topic that each is counted as
   * @param windowMs of the model; for detectors that take any
   */
  readonly forTopics?: (
    topics: readonly string[],
    topicAliases?: ReadonlyMap<string, string>,
    windowMs?: number,
  ) => Detector;
  /**
   * @param shared what other detectors of the stream compute, where several follow it
   * @throws MODEL_INVALID when the parameters are not of this detector's shape
   */
  readonly load: (trained: TrainedParameters, shared?: Shared) => Promise<Scorer>;
  /** How the trained detector decides about these units; left out where there is nothing to show. */
  readonly view?: (trained: TrainedParameters, units: readonly Unit[]) => Promise<DetectorView>;
};

/** An entity and time at which a detector said "anomaly". */
export type Alarm = {
  readonly startMs: number;
  readonly endMs: number;
  /** When the detector could first know: the end of the first window over the threshold. */
  readonly detectedAtMs: number;
  readonly score: number;
  readonly threshold: number;
  readonly anomaly: string;
  readonly entity: Entity;
  /** Others that took part in any of its units. Left out where there are none, or where they are not known. */
  readonly involved?: readonly Entity[];
  readonly detector: string;
  readonly evidence: Evidence;
};
