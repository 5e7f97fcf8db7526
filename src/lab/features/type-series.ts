import { minuteMs, type Span } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import { type SeriesChannels, shopChannels } from './series-channels.ts';
import { type SeriesFeatures, seriesCounts } from './series-counts.ts';

/**
 * Types of messages that are counted apart: the commands that customers send, and those that services send each other at a steady ratio. Counts of
 * a service's events add up things that happen some 30 times a visit, and so hide how many visits there are.
 */
const countedTypes: readonly string[] = [
  'CreateCart',
  'RegisterUser',
  'AddProductToCart',
  'ReserveProduct',
  'UpdateCartLine',
  'ReleaseReservation',
  'SubmitOrder',
  'AuthorizePayment',
  'MarkOrderPaid',
  'ArrangeShipment',
  'MaterializeReservations',
  'SendOrderConfirmation',
  'SendActivationLink',
  'ActivateAccount',
  'DispatchShipment',
  'DeliverShipment',
  'CompleteOrder',
];

const indices = new Map(countedTypes.map((type, index) => [type, [index]]));
const other = [countedTypes.length];

/** What is counted of a shop, by type of message: each message once. Topics may carry any prefix. */
const shopTypeChannels: SeriesChannels = {
  ...shopChannels,
  names: [...countedTypes, 'other'],
  of: record => (shopChannels.of(record).length === 0 ? [] : (indices.get(record.type) ?? other)),
  parts: countedTypes.length,
  summed: countedTypes.length + 1,
};

/** Counts by type of message per quarter of an hour, for floods and silences. */
export const trafficTypeSeries: SeriesFeatures = typeSeries('traffic-types');

/** The same for surges and outages. */
export const workloadTypeSeries: SeriesFeatures = typeSeries('workload-types');

function typeSeries(id: string): SeriesFeatures {
  return seriesCounts({ id, windowMs: 15 * minuteMs, channels: shopTypeChannels, announcedIn });
}

/** A shop announces its campaigns. */
function announcedIn({ type, data: { beginsAt, endsAt } }: EventRecord): Span | undefined {
  if (type !== 'CampaignAnnounced' || typeof beginsAt !== 'number' || typeof endsAt !== 'number') return undefined;
  return { startMs: beginsAt, endMs: endsAt };
}
