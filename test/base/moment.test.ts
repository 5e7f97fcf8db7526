import { expect, test } from 'vitest';
import { isZone, momentOf } from '../../src/base/moment.ts';

const ten = Date.parse('2026-03-02T10:00:00Z');

test.each([
  ['2026-03-02T10:00:00Z', ten],
  ['2026-03-02t10:00:00z', ten],
  ['2026-03-02T10:00Z', ten],
  ['2026-03-02 10:00:00+00:00', ten],
  ['2026-03-02 10:00:00 UTC', ten],
  ['2026-03-02T10:00:00.000+0000', ten],
  ['2026-03-02 10:00:00.123456+00:00', ten + 123],
  ['2026-03-02T10:00:00,123Z', ten + 123],
  ['2026-03-02T10:00:00.999999999Z', ten + 999],
  ['2026-03-02T11:00:00+01', ten],
  ['2026-03-02T11:00:00+01:00[Europe/Berlin]', ten],
  ['2026/03/02 10:00:00Z', ten],
  ['2026/3/2 11:00:00+01:00', ten],
  ['20260302T100000.250Z', ten + 250],
  ['20260302T1100+0100', ten],
  ['Mon, 02 Mar 2026 10:00:00 GMT', ten],
  ['Mon, 02 Mar 2026 11:00:00 +0100', ten],
  ['2026-03-02T23:59:60Z', Date.parse('2026-03-03T00:00:00Z')],
  ['0001-01-01T00:00:00Z', Date.parse('0001-01-01T00:00:00Z')],
  ['1772445600', ten],
  ['1.7724456e9', ten],
  ['1772445600.25', ten + 250],
  ['1772445600000', ten],
  ['1772445600000999', ten],
  ['1772445600000999999', ten],
])('reads %s', (text, expected) => {
  expect(momentOf(text)).toBe(expected);
});

test.each(
  [
    ['', 'soon', 'null', '2026-03-02', '10:00'],
    // No such day, hour, offset or leap second.
    ['2026-02-30T10:00:00Z', '2026-03-02T25:00:00Z', '2026-03-02T10:00:00+99:00', '2026-03-02T10:30:60Z'],
    ['2026-13-01T00:00:00Z', '2026-00-10T00:00:00Z', '2026-01-00T00:00:00Z', '+012345-01-01T00:00:00Z'],
    // Mixed separators, a day or a month first, a part that is missing.
    [
      '2026/03-02 10:00Z',
      '02/03/2026 10:00Z',
      '2.3.2026 10:00Z',
      '2026/13/02 10:00Z',
      '20260230T1000Z',
      '20260302T10Z',
    ],
    // No offset, and no zone.
    ['2026-03-02T10:00:00', '2026-03-02 10:00:00.123456'],
    // Ticks, file times, days of a spreadsheet, digits of a date, milliseconds of before 1973.
    ['639081036000000000', '134169192000000000', '46083', '46083.4167', '20260302100000', '95000000000', '-5', '1e40'],
  ].flat(),
)('takes %j for no moment', text => {
  expect(momentOf(text)).toBeUndefined();
});

test.each([
  ['2026-03-02T10:00:00', '2026-03-02T09:00:00Z'],
  ['2026-07-02 10:00:00.5', '2026-07-02T08:00:00.500Z'],
  ['2026-03-02', '2026-03-01T23:00:00Z'],
  ['2026/3/2', '2026-03-01T23:00:00Z'],
  ['20260302T1000', '2026-03-02T09:00:00Z'],
  // The hour that the clock skips, and the one that comes twice.
  ['2026-03-29T02:30:00', '2026-03-29T01:30:00Z'],
  ['2026-10-25T02:30:00', '2026-10-25T00:30:00Z'],
  ['2026-03-02T10:00:00Z', '2026-03-02T10:00:00Z'],
])('reads %s in Berlin as %s', (text, expected) => {
  expect(momentOf(text, 'Europe/Berlin')).toBe(Date.parse(expected));
});

test('knows zones', () => {
  expect(['Europe/Berlin', 'UTC', 'Europe/Atlantis', 'CEST'].map(isZone)).toEqual([true, true, false, false]);
});
