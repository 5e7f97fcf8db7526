import type { StoredMessage } from '../../src/messaging/message.ts';

/** A message that is in one world only, or is not the same in both. */
export type Difference = { readonly stored: StoredMessage; readonly why: string | undefined };

/**
 * Walks from the anomaly outwards through everything that differs between two worlds, until nothing new is reached. A difference is
 * explained if a message that differs caused it, if it is about an aggregate that a difference touched before it, if it belongs to
 * a visit or customer that a difference belongs to (whoever stays for a bargain checks out later, so the order that is
 * missing comes before the bargain), or if it is one of `roots`.
 */
export function explainDifferences(
  withAnomaly: readonly StoredMessage[],
  without: readonly StoredMessage[],
  isRoot: (stored: StoredMessage) => boolean,
): readonly Difference[] {
  const differing = [...onlyIn(withAnomaly, without), ...onlyIn(without, withAnomaly)].sort(
    (a, b) => a.message.time - b.message.time,
  );
  const whys = new Map<StoredMessage, string>();
  const people = new Set<string>();
  for (let found = -1; found < whys.size; ) {
    found = whys.size;
    const ids = new Set<string>();
    const aggregates = new Set<string>();
    for (const stored of differing) {
      const { message } = stored;
      const [aggregate, ...others] = marksOf(stored);
      const why =
        whys.get(stored) ??
        (isRoot(stored) ? 'root' : undefined) ??
        (ids.has(message.causationid) || ids.has(message.id) ? 'caused' : undefined) ??
        (aggregates.has(aggregate) ? aggregate : undefined) ??
        others.find(mark => people.has(mark) || aggregates.has(mark));
      if (why === undefined) continue;
      whys.set(stored, why);
      ids.add(message.id);
      aggregates.add(aggregate);
      for (const mark of others) (mark.startsWith('product/') ? aggregates : people).add(mark);
    }
  }
  return differing.map(stored => ({ stored, why: whys.get(stored) }));
}

/** What a message touches: an aggregate of a service, a customer, a visit, and the shelf place of a product. */
function marksOf({ topic, message }: StoredMessage): readonly [string, ...string[]] {
  const service = topic.replace(/-(commands|events)$/, '');
  const { userId, productId } = message.data;
  return [
    `${service}/${message.subject}`,
    `visit/${message.correlationid}`,
    ...(typeof userId === 'string' ? [`user/${userId}`] : []),
    ...(typeof productId === 'string' ? [`product/${productId}`] : []),
  ];
}

function onlyIn(these: readonly StoredMessage[], those: readonly StoredMessage[]): StoredMessage[] {
  const known = new Set(those.map(fingerprint));
  return these.filter(stored => !known.has(fingerprint(stored)));
}

/** Everything but the offset, which later messages of a partition cannot keep. */
function fingerprint({ topic, partition, message }: StoredMessage): string {
  return JSON.stringify([topic, partition, message]);
}
