import { minuteMs, type Span } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import { type SeriesFeatures, seriesCounts } from './series-counts.ts';
import { shopTypeChannels } from './type-channels.ts';

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
