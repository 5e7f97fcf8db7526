import { describe, expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/base/time.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';
import { type Campaign, campaignFactor, planCampaigns } from '../../../src/shop/staff/marketing.ts';
import { record, scenarioFor } from '../../support/run-scenario.ts';

const startMs = Date.parse('2026-03-02T00:00:00Z');

function campaignsOf(seed: number, days: number): readonly Campaign[] {
  return planCampaigns(randomStreams(seed), { startMs, endMs: startMs + days * dayMs });
}

const seeds = Array.from({ length: 400 }, (_, index) => 821_001 + index);

describe('planCampaigns', () => {
  test('plans 1 to 3 in 22 days, announced 20 to 40 h before they begin, on whole hours of the run', () => {
    const runs = seeds.map(seed => campaignsOf(seed, 22));
    expect(new Set(runs.map(({ length }) => length))).toEqual(new Set([1, 2, 3]));
    for (const { announcedMs, ...campaign } of runs.flat()) {
      expect(announcedMs).toBeGreaterThanOrEqual(startMs);
      expect(campaign.startMs - announcedMs).toBeGreaterThanOrEqual(20 * hourMs);
      expect(campaign.startMs - announcedMs).toBeLessThanOrEqual(40 * hourMs);
      expect(campaign.startMs % hourMs).toBe(0);
      expect(campaign.startMs).toBeLessThan(startMs + 22 * dayMs);
      expect(campaign.endMs % hourMs).toBe(0);
    }
  });

  test('plans in proportion in other runs, and none in a day', () => {
    expect(seeds.flatMap(seed => campaignsOf(seed, 1))).toEqual([]);
    const short = seeds.map(seed => campaignsOf(seed, 2).length);
    expect(new Set(short)).toEqual(new Set([0, 1]));
    const long = seeds.map(seed => campaignsOf(seed, 220).length);
    expect(Math.abs(long.reduce((sum, count) => sum + count, 0) / long.length / 20.5 - 1)).toBeLessThan(0.05);
  });

  test('draws peaks of 1.9 times the usual visits: within 0.05, coefficient of variation of the lift within 0.05', () => {
    const lifts = seeds.flatMap(seed => campaignsOf(seed, 22).map(({ lift }) => lift));
    const mean = lifts.reduce((sum, lift) => sum + lift, 0) / lifts.length;
    const variance = lifts.reduce((sum, lift) => sum + (lift - mean) * (lift - mean), 0) / lifts.length;
    expect(Math.abs(mean - 0.9)).toBeLessThan(0.05);
    expect(Math.abs(Math.sqrt(variance) / mean - 0.3)).toBeLessThan(0.05);
  });
});

test('campaignFactor rises for an hour, decays, and is 1 outside of the campaign', () => {
  const campaign = { name: 'c', announcedMs: 0, startMs, endMs: startMs + 60 * hourMs, lift: 1, decayMs: 24 * hourMs };
  const after = (hours: number) => campaignFactor(campaign, startMs + hours * hourMs);
  expect([-1, 0, 60].map(after)).toEqual([1, 1, 1]);
  expect(after(0.5)).toBeCloseTo(1 + 0.5 * Math.exp(-0.5 / 24), 10);
  expect(after(24)).toBeCloseTo(1 + Math.exp(-1), 10);
});

describe('a run with a campaign of its own and a near miss campaign', () => {
  test('has an announcement of each, and its customers come', async () => {
    const campaign = { id: 'near-1', kind: 'campaign', at: '3d10h20m', duration: '50h', target: 'random' } as const;
    const scenario = await scenarioFor('clean', { seed: 821_002, scale: 0.3, nearMisses: [campaign] });
    const own = campaignsOf(scenario.seed, 22).map(({ startMs: beginsAt, endMs: endsAt, announcedMs }) => {
      return { beginsAt, endsAt, announcedMs };
    });
    const { published, run, nearMisses } = await record(scenario);
    const announced = published.flatMap(({ message }) => {
      const { beginsAt, endsAt } = message.data;
      return message.type === 'CampaignAnnounced' ? [{ beginsAt, endsAt, atMs: message.time }] : [];
    });
    const beginsAt = startMs + (3 * 24 + 10) * hourMs;
    expect(own.length).toBeGreaterThan(0);
    expect(announced).toHaveLength(own.length + 1);
    expect(announced).toContainEqual({ beginsAt, endsAt: beginsAt + 50 * hourMs, atMs: expect.any(Number) });
    for (const { announcedMs, ...planned } of own) {
      const atMs = announced.find(event => event.beginsAt === planned.beginsAt)?.atMs ?? 0;
      expect(atMs - announcedMs).toBeGreaterThanOrEqual(0);
      expect(atMs - announcedMs).toBeLessThan(1000);
      expect(announced).toContainEqual({ ...planned, atMs });
    }
    expect(nearMisses[0]?.start).toBe(new Date(beginsAt).toISOString());
    const { peakFactor } = nearMisses[0]?.parameters ?? {};
    const lift = (hours: number) =>
      run.shop.demand.expectedPerHour(beginsAt + hours * hourMs) /
      run.shop.demand.expectedPerHour(beginsAt + (hours - 7 * 24) * hourMs);
    expect(lift(-1)).toBeCloseTo(1, 5);
    expect(lift(1)).toBeCloseTo(1 + (Number(peakFactor) - 1) * Math.exp(-1 / 20), 1);
  });
});
