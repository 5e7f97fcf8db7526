import { type EventRecord, senderOf } from '../../data/dataset/record.ts';
import type { Entity } from '../../data/dataset/truth.ts';
import type { ReportedChain } from './report-data.ts';

/** A longer chain is shown without its middle. */
const shownAtMost = 12;

/**
 * The longest chain of causation that ends in one of the wanted messages: each message is caused by the one before it. Where some of the wanted messages were
 * caused by an anomaly, it ends in one of these. Undefined where nothing is wanted.
 *
 * @param records in dataset order; a cause that is not among them begins no chain and is named as missing
 * @param wanted.labelOf the label that a message is directly caused by
 */
export function messageChain(
  records: readonly EventRecord[],
  wanted: {
    readonly isWanted: (record: EventRecord) => boolean;
    readonly labelOf: (record: EventRecord) => string | undefined;
    /** True if a chain without the anomaly shows nothing. */
    readonly needsLabel: boolean;
  },
): ReportedChain | undefined {
  const byId = new Map(records.map(record => [record.id, record]));
  const chainTo = (record: EventRecord): readonly EventRecord[] => {
    const chain = [record];
    for (let cause = byId.get(record.causationId); cause !== undefined && !chain.includes(cause); ) {
      chain.unshift(cause);
      cause = byId.get(cause.causationId);
    }
    return chain;
  };
  const all = records.filter(wanted.isWanted);
  const labelled = all.filter(record => wanted.labelOf(record) !== undefined);
  if (all.length === 0) return undefined;
  const ends = labelled.length > 0 || wanted.needsLabel ? labelled : all;
  const longest = ends.map(chainTo).reduce((best, chain) => (chain.length > best.length ? chain : best), []);
  const left = longest.length - shownAtMost;
  const shown = left > 0 ? [...longest.slice(0, shownAtMost / 2), ...longest.slice(-shownAtMost / 2)] : longest;
  const missing = longest[0]?.causationId ?? '';
  return {
    ...{ messages: all.length, caused: labelled.length, leftOut: Math.max(0, left) },
    ...(missing === '' ? {} : { missingCause: missing }),
    chain: shown.map(record => {
      const label = wanted.labelOf(record);
      const { timeMs, id, kind, type, source, key } = record;
      return { timeMs, id, kind, type, source, key, ...(label === undefined ? {} : { label }) };
    }),
  };
}

/** Whether a message is about an entity; every message is about the shop. */
export function isAbout({ type, id }: Entity, record: EventRecord): boolean {
  switch (type) {
    case 'user':
      return record.userId === id;
    case 'product':
      return record.productId === id;
    default:
      return type !== 'service' || senderOf(record) === id;
  }
}
