import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { collectedRun } from '../../../support/collected-run.ts';
import { runCommand } from '../../../support/fake-host.ts';

describe('show message', () => {
  test('prints the causes, the message, its consequences and the truth', async () => {
    const { out, causedIds } = await collectedRun();
    const rows = readFileSync(join(out, 'events.csv'), 'utf8').split('\n');
    const row = rows.find(line => line.includes('ProductReserved') && causedIds.some(id => line.includes(`,${id},`)));
    const id = row?.split(',')[7] ?? '';
    const { exitCode, stdout } = await runCommand(['show', 'message', id, '--dataset', out]);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').map(line => /(\w+) {2}by /.exec(line)?.[1])).toEqual([
      'AddProductToCart',
      'ProductAddedToCart',
      'ProductReserved',
      'CartLineUpdated',
      undefined,
    ]);
    expect(stdout.match(/→ \w+/g)).toEqual(['→ ProductReserved']);
    expect(stdout.match(/\[direct: hoard\]/g)).toHaveLength(4);
    const json = JSON.parse((await runCommand(['show', 'message', id, '--dataset', out, '--json'])).stdout);
    expect(json.causes.map(({ type }: { type: string }) => type)).toEqual(['AddProductToCart', 'ProductAddedToCart']);
    expect(json.message).toMatchObject({ id, effects: [{ type: 'CartLineUpdated', effects: [] }] });
  });

  test('writes a date once in a terminal, so that a message is a line of 80 columns', async () => {
    const id = '5447a5ae9e0d5794';
    const never = new AbortController().signal;
    const { stdout } = await runCommand(['show', 'message', id, '--dataset', 'datasets/sample'], never, 80);
    const lines = stripVTControlCharacters(stdout).trim().split('\n');
    expect(lines.slice(0, 2)).toEqual([
      '2026-03-02, UTC',
      '06:06:15.135  ea8c21ce45ec64b8    CreateCart  by customers, c-0d591547e946',
    ]);
    expect(lines.filter(line => line.includes('2026'))).toHaveLength(1);
  });

  test('wraps its lines to the terminal', async () => {
    const id = '5447a5ae9e0d5794';
    const never = new AbortController().signal;
    const { stdout } = await runCommand(['show', 'message', id, '--dataset', 'datasets/sample'], never, 60);
    expect(
      Math.max(
        ...stripVTControlCharacters(stdout)
          .split('\n')
          .map(line => line.length),
      ),
    ).toBeLessThanOrEqual(60);
  });

  test('draws several effects as branches, and an only effect at the level of its cause, however long the chain', async () => {
    const linesOf = async (id: string) =>
      (await runCommand(['show', 'message', id, '--dataset', 'datasets/sample'])).stdout.trim().split('\n');
    const late = await linesOf('5447a5ae9e0d5794');
    expect(Math.max(...late.map(line => line.length))).toBeLessThanOrEqual(120);
    const drawn = late.map(line => /^\S+ {2}\w{16} {2}(.*) {2}by /.exec(line)?.[1]);
    expect(drawn.slice(0, 2)).toEqual(['  CreateCart', '  CartCreated']);
    expect(drawn.slice(-12)).toEqual([
      '→ MarkOrderPaid',
      '  OrderPaid',
      '  ├─ MaterializeReservations',
      '  │  ReservationsMaterialized',
      '  ├─ MaterializeReservations',
      '  │  ReservationsMaterialized',
      '  ├─ SendOrderConfirmation',
      '  │  OrderConfirmationSent',
      '  └─ ArrangeShipment',
      '     ShipmentArranged',
      '     DispatchShipment',
      '     ShipmentDispatched',
    ]);
    const first = await linesOf('ea8c21ce45ec64b8');
    expect(Math.max(...first.map(line => line.length))).toBeLessThanOrEqual(120);
    expect(first[0]).toContain('→ CreateCart');
  });

  test('refuses an unknown message, a missing flag and an unknown subject', async () => {
    const { out } = await collectedRun();
    expect((await runCommand(['show', 'message', 'abc', '--dataset', out])).stderr).toContain(
      'has no message with that id',
    );
    expect(await runCommand(['show', 'message', 'abc'])).toMatchObject({ exitCode: 2 });
    expect((await runCommand(['show', 'mesage', 'abc'])).stderr).toContain('did you mean message?');
  });
});
