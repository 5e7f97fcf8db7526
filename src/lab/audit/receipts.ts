import { pluralize } from '../../base/words.ts';
import type { Label, Relation } from '../../data/dataset/truth.ts';
import { isEntityAnomaly } from '../evaluation/matching.ts';
import type { AnomalyInput } from './dataset-facts.ts';
import type { Finding } from './finding.ts';

type State = 'proved' | 'nothing caused' | 'no receipt' | 'only a twin run could tell';

/**
 * Whether each label has a receipt, and messages that it caused: by the chain of causation (`direct`), and in a twin run also those that exist
 * only with it (`effect`) or only without it (`prevented`). A silence leaves no message: without a twin its receipt is enough.
 */
export function receipts(
  anomaly: string,
  inputs: readonly Pick<AnomalyInput, 'labels' | 'caused' | 'isTwin' | 'prefix'>[],
): Finding {
  const labels = inputs.flatMap(input =>
    input.labels.map(label => {
      const caused = input.caused.get(label.id) ?? { direct: 0, effect: 0, prevented: 0 };
      return { id: `${input.prefix}${label.id}`, state: stateOf(label, caused, input.isTwin), ...caused };
    }),
  );
  const idsOf = (state: State) => labels.filter(label => label.state === state).map(({ id }) => id);
  const without = idsOf('no receipt');
  const causeless = idsOf('nothing caused');
  const unknown = idsOf('only a twin run could tell');
  const isTwin = inputs.every(input => input.isTwin);
  const faults = [
    ...(without.length === 0 ? [] : [`without a receipt: ${without.join(', ')}`]),
    ...(causeless.length === 0 ? [] : [`without a message that it caused: ${causeless.join(', ')}`]),
  ];
  const open =
    unknown.length === 0 ? '' : `; silences, whose effect only a twin run could count: ${unknown.join(', ')}`;
  const count = labels.length - without.length - causeless.length - unknown.length;
  const proved = `${count} of ${pluralize(labels.length, 'label')} ${count === 1 ? 'has a receipt and messages that it' : 'have a receipt and messages that they'} caused${isTwin ? ', with their effect counted in a twin run' : ''}`;
  return {
    check: 'receipts',
    anomaly,
    verdict: faults.length > 0 ? 'fail' : unknown.length > 0 ? 'undecided' : 'pass',
    sentence: [proved, ...faults].join('; ') + open,
    figures: { isTwin, labels },
  };
}

function stateOf(
  label: Label,
  { direct, effect, prevented }: Readonly<Record<Relation, number>>,
  isTwin: boolean,
): State {
  if (Object.keys(label.receipt).length === 0) return 'no receipt';
  // A user who holds stock or buys at a wrong price sends messages. A twin without any difference shows that the anomaly had no effect.
  const isProved = isEntityAnomaly(label.anomaly) ? direct > 0 : direct + effect + prevented > 0;
  if (isProved && (!isTwin || effect + prevented > 0)) return 'proved';
  const isSilence = label.receipt.messagesCaused === 0;
  return isSilence && !isTwin && !isProved ? 'only a twin run could tell' : 'nothing caused';
}
