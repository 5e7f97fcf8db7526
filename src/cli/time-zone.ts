import { isZone } from '../base/moment.ts';
import { nearestWord } from '../base/words.ts';
import { invalid, type ParseOption } from './option-values.ts';

/** An IANA time zone. In a file of its own, since it loads luxon, which few verbs need. */
export const zone: ParseOption<string> = (value, flag) => {
  if (isZone(value)) return value;
  const near = nearestWord(value, Intl.supportedValuesOf('timeZone'));
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw invalid(flag, value, 'it is unknown', `an IANA name such as Europe/Berlin or UTC${hint}`);
};
