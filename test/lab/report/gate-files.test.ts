import { expect, test } from 'vitest';
import type { GateCheck } from '../../../src/lab/evaluation/gate.ts';
import { gateJunit, gateMarkdown } from '../../../src/lab/report/gate-files.ts';

const about = { command: 'cqshop evaluate --external mine=\'"a" & b\'', tolerance: 0.02 };
const row = { anomaly: 'price-error', variant: 'all', intensity: 'subtle', detector: 'cart' };
const checks: readonly GateCheck[] = [
  { ...row, figure: 'recall', accepted: 0.9, found: 0.5, hasPassed: false },
  { ...row, figure: 'precision', accepted: 0.9, found: 0.95, hasPassed: true },
  {
    ...{ anomaly: 'workload-shape', variant: 'clean', intensity: 'all', detector: 'lstm' },
    ...{ figure: 'not accepted', accepted: null, found: null, hasPassed: false },
  },
];

test('gateJunit: a suite an anomaly, a case a figure, text escaped', () => {
  expect(gateJunit(checks, about)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="cqshop evaluate --external mine=&#39;&#34;a&#34; &#38; b&#39;" tests="3" failures="2">
  <testsuite name="price-error" tests="2" failures="1">
    <testcase classname="price-error.cart" name="intensity subtle: recall">
      <failure message="price-error, cart, intensity subtle: recall 0.50, accepted 0.90"/>
    </testcase>
    <testcase classname="price-error.cart" name="intensity subtle: precision"/>
  </testsuite>
  <testsuite name="workload-shape" tests="1" failures="1">
    <testcase classname="workload-shape.lstm" name="clean runs: not accepted">
      <failure message="workload-shape, lstm, clean runs: the gate has no figures for it; --update-gate adds them"/>
    </testcase>
  </testsuite>
</testsuites>
`);
});

test('gateMarkdown: one row a figure, and the sum in the heading', () => {
  expect(gateMarkdown(checks, about)).toBe(`### Detection accuracy: 2 of 3 figures failed

\`cqshop evaluate --external mine='"a" & b'\`. The tolerance is 0.02.

| anomaly | detector | runs | figure | accepted | found | result |
| --- | --- | --- | --- | ---: | ---: | --- |
| price-error | cart | intensity subtle | recall | 0.900 | 0.500 | **failed** |
| price-error | cart | intensity subtle | precision | 0.900 | 0.950 | passed |
| workload-shape | lstm | clean runs | not accepted | - | - | **failed** |
`);
  expect(gateMarkdown(checks.slice(1, 2), about)).toMatch(/^### Detection accuracy: 1 figure passed\n/);
});
