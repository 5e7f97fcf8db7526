import { sum } from '../../base/sum.ts';
import { pluralize } from '../../base/words.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import { rowOf } from '../../data/dataset/record-of.ts';
import type { Label } from '../../data/dataset/truth.ts';
import type { Finding } from './finding.ts';

/** Shorter words occur by chance. */
const shortestWord = 4;
/** Words that no shop needs. */
const alwaysSearched = ['anomaly', 'anomalous', 'near-miss', 'near_miss', 'ground-truth'];
/** Rows named in a finding. */
const namedRows = 5;

/** A row of events.csv that holds a word of the truth. */
export type LeakedWord = { readonly word: string; readonly messageId: string };

/** What a search found. */
export type FoundWords = { readonly words: number; readonly rows: number; readonly first: readonly LeakedWord[] };

/** Searches every field of a row, its payload included, for the ids of labels and near misses and the names of anomalies, as whole words. */
export function wordSearch(labels: readonly Label[], nearMisses: readonly Label[]) {
  const hasTruth = labels.length + nearMisses.length > 0;
  const words = [
    ...new Set([
      ...(hasTruth ? alwaysSearched : []),
      ...labels.flatMap(({ id, anomaly, variant }) => [id, anomaly, variant]),
      ...nearMisses.map(({ id }) => id),
    ]),
  ].filter(word => word.length >= shortestWord && /\D/.test(word));
  const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${words.map(escaped).join('|')})(?![A-Za-z0-9])`, 'i');
  const first: LeakedWord[] = [];
  let rows = 0;
  return {
    push(record: EventRecord): void {
      if (words.length === 0) return;
      const found = pattern.exec(rowOf(record).join('\n'));
      if (found === null) return;
      rows += 1;
      if (first.length < namedRows) first.push({ word: found[0], messageId: record.id });
    },
    result: (): FoundWords => ({ words: words.length, rows, first }),
  };
}

/** No row that a detector reads may hold a word of the truth. */
export function truthWords(searches: readonly FoundWords[]): Finding {
  const rows = sum(searches, search => search.rows);
  const first = searches.flatMap(search => search.first).slice(0, namedRows);
  const words = Math.max(0, ...searches.map(search => search.words));
  const named = first.map(({ word, messageId }) => `${word} in message ${messageId}`).join(', ');
  return {
    check: 'leaks',
    anomaly: null,
    verdict: words === 0 ? 'undecided' : rows > 0 ? 'fail' : 'pass',
    sentence:
      words === 0
        ? 'words of the truth: there is no truth whose words could be searched for'
        : rows > 0
          ? `words of the truth are in ${pluralize(rows, 'row')} of events.csv: ${named}`
          : `no row of events.csv holds one of ${words} words of the truth (ids of labels and near misses, names of anomalies)`,
    figures: { words, rows, first },
  };
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
