import { sum } from '../../../base/sum.ts';
import { dataOf, type Message, type PartitionPlace } from '../../message.ts';
import type { MessageText } from '../../message-line.ts';
import { controlTopic, isShopTopic, type Topics, truthTopic } from '../../topics.ts';
import { attributesOf, headerOf, isOfCqshop } from '../kafka-records.ts';
import type { FetchedRecord } from '../library/broker-cluster.ts';
import { assertJson, assertSize, textOfPayload, UnreadableRecord } from '../values/payload.ts';
import type { TopicMapping } from '../values/topic-mapping.ts';
import type { RecordBatch } from './packed-part.ts';

export type Decoding = {
  readonly topics: Topics;
  /** What messages mean that cqshop did not write. Without it, such messages are unreadable. */
  readonly mapping: TopicMapping | undefined;
};

/**
 * Reads records of a partition as messages. A mapping describes all of them except records that cqshop wrote into topics that it names itself, and
 * records of the truth and control topics, which no other system has.
 *
 * @param place the topic with its prefix
 * @param onUnread called with what could not be read of a record and what was done about it, in words without a number, and what was there
 * @returns a function that throws UnreadableRecord when a record is no message
 */
export function recordDecoder(
  { topic, partition }: PartitionPlace,
  { topics, mapping }: Decoding,
  onUnread?: (what: string, example: string) => void,
): (record: FetchedRecord) => MessageText {
  const name = topics.short(topic);
  const isOfNoOther = name === truthTopic || name === controlTopic;
  return record => {
    const offset = Number(record.offset);
    assertSizes(record);
    if (mapping === undefined || isOfNoOther || (isShopTopic(name) && isOfCqshop(record)))
      return { offset, ...ownMessage(record) };
    return { offset, ...mapping.messageOf(record, { topic: name, partition, onUnread }) };
  };
}

/**
 * What `read` makes of the records of a batch. Those that it cannot read are left out.
 *
 * @param onUnreadable called with the reason, with the offset, and with how many records there are
 */
export function readable<Read>(
  { records, broken }: Pick<RecordBatch, 'records' | 'broken'>,
  read: (record: FetchedRecord) => Read,
  onUnreadable: (why: UnreadableRecord, offset: number, records: number) => void,
): readonly Read[] {
  const found: Read[] = [];
  for (const record of records) {
    try {
      found.push(read(record));
    } catch (error) {
      // A text, a list or a stack that became too large for JavaScript: one record must not stop all others.
      const why =
        error instanceof RangeError ? new UnreadableRecord('it is too large to be read', error.message) : error;
      if (!(why instanceof UnreadableRecord)) throw error;
      onUnreadable(why, Number(record.offset), 1);
    }
  }
  for (const { from, records: count, why } of broken) {
    onUnreadable(new UnreadableRecord('its batch cannot be unpacked', why), from, count);
  }
  return found;
}

/** The largest size of key and headers together [MiB]: they become columns, which are held as a whole. */
const mostBesidesValue = 1;

/** @throws UnreadableRecord */
function assertSizes({ key, value, headers }: FetchedRecord): void {
  const ofKey = key?.length ?? 0;
  assertSize(ofKey + (value?.length ?? 0));
  const besidesValue = ofKey + sum(Object.values(headers).flat(), header => header?.length ?? 0);
  if (besidesValue > mostBesidesValue * 1024 * 1024) {
    throw new UnreadableRecord(`its key and headers are larger than ${mostBesidesValue} MiB`);
  }
}

/** The message with its payload parsed. */
export function messageOf({ attributes, dataJson }: MessageText): Message {
  return { ...attributes, data: dataOf(dataJson) };
}

function ownMessage(record: FetchedRecord): Omit<MessageText, 'offset'> {
  if (!isOfCqshop(record)) {
    throw new UnreadableRecord(
      'it is no message of cqshop (--mapping FILE describes messages of other systems)',
      headerOf(record, 'ce_type'),
    );
  }
  const dataJson = textOfPayload(record.value ?? Buffer.alloc(0));
  assertJson(dataJson);
  if (!/^\s*\{/.test(dataJson)) throw new UnreadableRecord('its value is no JSON object');
  return { attributes: attributesOf(record), dataJson };
}
