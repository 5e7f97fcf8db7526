import type { Verb } from './verb.ts';
import { verb as audit } from './verbs/audit.ts';
import { verb as collect } from './verbs/collect.ts';
import { verb as detect } from './verbs/detect.ts';
import { verb as doctor } from './verbs/doctor.ts';
import { verb as evaluate } from './verbs/evaluate.ts';
import { verb as list } from './verbs/list.ts';
import { verb as report } from './verbs/report.ts';
import { verb as run } from './verbs/run.ts';
import { verb as serve } from './verbs/serve.ts';
import { verb as show } from './verbs/show.ts';
import { verb as simulate } from './verbs/simulate.ts';
import { verb as train } from './verbs/train.ts';
import { verb as validate } from './verbs/validate.ts';

/** Every verb, in the order of the help: add a line here and a file in `verbs/`. */
export const verbs: readonly Verb[] = [
  run,
  simulate,
  collect,
  train,
  detect,
  evaluate,
  report,
  audit,
  serve,
  list,
  show,
  validate,
  doctor,
];
