import { z } from 'zod';
import type { FeatureSet, Unit } from '../../features/feature-set.ts';
import type { Detector, Evidence } from '../detector.ts';
import { pointwise } from '../pointwise.ts';

/** Reads a feature by name, so that a rule reads as one writes it on paper. */
export type RuleInput = (name: string) => number;

export type Rule = {
  readonly description: string;
  /** 0 where the condition does not hold. */
  readonly score: (value: RuleInput) => number;
  readonly explain: (value: RuleInput) => Evidence;
};

/**
 * A rule that a shop's operator would write without any training: a figure that counts while a condition holds. The figure is the score,
 * and the calibrated threshold is its limit.
 */
export function ruleDetector(anomaly: string, features: FeatureSet, rule: Rule): Detector {
  const inputOf = (unit: Unit): RuleInput => {
    return name => {
      const index = features.names.indexOf(name);
      if (index === -1) throw new TypeError(`${features.id} has no feature ${name}`);
      return unit.features[index] ?? 0;
    };
  };
  return pointwise({
    ...{ id: 'rule', anomaly, features, role: 'baseline' },
    description: rule.description,
    schema: z.object({ rule: z.literal(rule.description) }),
    fit: () => ({ rule: rule.description }),
    score: unit => rule.score(inputOf(unit)),
    explain: unit => rule.explain(inputOf(unit)),
  });
}
