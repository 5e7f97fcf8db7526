import { expect, test } from 'vitest';
import { readerFor } from '../../../src/app/streaming/detect-on-broker.ts';
import { detectorOnData } from '../../../src/lab/detectors/counted-topics.ts';
import { detectors } from '../../../src/lab/detectors/registry.ts';
import { seriesDetector } from '../../../src/lab/detectors/series/series-detector.ts';

const decoded = {
  offset: 0,
  attributes: {
    ...({ kind: 'command', type: 'AddProductToCart', id: '1', source: '/shop', subject: 'u' } as const),
    ...{ time: 0, correlationid: '', causationid: '' },
  },
  dataJson: '{"productId":"p1"}',
};

const ofShop = detectors.filter(({ features }) => features.channels?.isShop !== false);

test.each(ofShop)(
  '$id of $anomaly gets the payloads of a shop: they name products and announce sales',
  ({ features }) => {
    expect(readerFor(features)(decoded).data).toEqual({ productId: 'p1' });
  },
);

test('a detector that counts the topics of another system gets no payloads', () => {
  const { features } = detectorOnData(seriesDetector, { data: 'd', topics: ['clicks'], isSimulated: false });
  expect(readerFor(features)(decoded)).toEqual({ ...decoded.attributes, data: {} });
});
