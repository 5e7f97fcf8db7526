import { z } from 'zod';
import type { FeatureSet, Unit } from '../../features/feature-set.ts';
import type { Detector, Evidence } from '../detector.ts';
import { parseParameters } from '../parameters.ts';

const parametersSchema = z.object({ rule: z.string() });

/** Reads features by name, so that a rule can be written as one writes it on paper. */
export type RuleInput = (name: string) => number;

export type Rule = {
  readonly description: string;
  /** 0 where the condition does not hold. */
  readonly score: (value: RuleInput) => number;
  readonly explain: (value: RuleInput) => Evidence;
};

/**
 * A rule that a shop's operator would write without any training: a figure that counts while a condition holds. The figure is the score,
 * its limit the calibrated threshold.
 */
export function ruleDetector(anomaly: string, features: FeatureSet, rule: Rule): Detector {
  const inputOf = (unit: Unit): RuleInput => {
    return name => {
      const index = features.names.indexOf(name);
      if (index === -1) throw new TypeError(`${features.id} has no feature ${name}`);
      return unit.features[index] ?? 0;
    };
  };
  return {
    id: 'rule',
    anomaly,
    role: 'baseline',
    description: rule.description,
    library: 'cqshop',
    features,
    supervised: false,
    train: async () => ({ parameters: { rule: rule.description } }),
    async load({ parameters }) {
      const { rule: stored } = parseParameters('rule', parametersSchema, parameters);
      parseParameters('rule', z.literal(rule.description), stored, 'rule');
      return {
        score: unit => [{ unit, score: rule.score(inputOf(unit)), explain: () => rule.explain(inputOf(unit)) }],
        finish: () => [],
      };
    },
  };
}
