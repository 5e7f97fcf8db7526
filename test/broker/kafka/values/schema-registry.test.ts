import { writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../../../src/broker/kafka/secret.ts';
import { avroReader } from '../../../../src/broker/kafka/values/avro.ts';
import { readTopicMapping } from '../../../../src/broker/kafka/values/mapping-file.ts';
import { type RegistryLogin, SchemaRegistry } from '../../../../src/broker/kafka/values/schema-registry.ts';
import { expectCqshopError } from '../../../support/cqshop-error.ts';
import { freePort } from '../../../support/free-port.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

/** A schema registry that the test makes; it answers 404 where nothing is given. */
async function registryWith(answers: (path: string) => unknown, reply = send): Promise<string> {
  const server = createServer((request, response) => {
    const found = answers(request.url ?? '');
    reply(response, found === undefined ? 404 : 200, found ?? { error_code: 40403, message: 'Schema not found' });
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

const registered = (schema: unknown, more = {}) => ({ schema: JSON.stringify(schema), ...more });
const record = (name: string, ...fields: readonly (readonly [string, string])[]) => ({
  ...{ type: 'record', name, fields: fields.map(([field, type]) => ({ name: field, type })) },
});
const withId = (id: number, ...bytes: readonly number[]) => Buffer.from([0, 0, 0, 0, id, ...bytes]);

describe('SchemaRegistry', () => {
  test('gets the schemas that a schema names, each once and before those that name it', async () => {
    const asked: string[] = [];
    const reference = (subject: string) => ({ name: subject, subject, version: 2 });
    const known: Readonly<Record<string, unknown>> = {
      '/schemas/ids/1': registered(record('Order', ['buyer', 'x.User'], ['home', 'x.Place']), {
        references: [reference('x.User'), reference('x/Place')],
      }),
      '/subjects/x.User/versions/2': registered(record('x.User', ['at', 'Place']), {
        references: [reference('x/Place')],
      }),
      '/subjects/x%2FPlace/versions/2': registered(record('x.Place', ['code', 'long'])),
    };
    const url = await registryWith(path => {
      asked.push(path);
      return known[path];
    });
    const reader = avroReader({ registry: url });
    await reader.prepare([withId(1, 2, 4), withId(1, 2, 4)], {});
    expect(reader.jsonOf(withId(1, 2, 4))).toBe('{"buyer":{"at":{"code":1}},"home":{"code":2}}');
    expect(asked).toEqual(Object.keys(known));
  });

  test('reads JSON whose schema it has, and names what else it has', async () => {
    const kinds: Readonly<Record<string, string>> = { 1: 'JSON', 2: 'PROTOBUF' };
    const url = await registryWith(path => ({ schema: 'any', schemaType: kinds[path.slice('/schemas/ids/'.length)] }));
    const reader = avroReader({ registry: url });
    const json = withId(1, ...Buffer.from('{"price": 12.50}'));
    await reader.prepare([json, withId(2, 0, 8, 1)], {});
    expect(reader.jsonOf(json)).toBe('{"price": 12.50}');
    expect(() => reader.jsonOf(withId(2, 0, 8, 1))).toThrow('its value is Protobuf, which cannot be read');
  });

  test('takes a password from the URL, then from the environment, and shows it nowhere', async () => {
    const url = await registryWith(
      () => registered('long'),
      (response, status, body) => {
        const isKnown = response.req.headers.authorization === `Basic ${Buffer.from('me:s:é/').toString('base64')}`;
        send(response, isKnown ? status : 401, isKnown ? body : '{"error_code":401}');
      },
    );
    const file = join(temporaryDirectory(), 'mapping.yaml');
    const value = withId(1, 84);
    const batchContext = { producerId: '-1', inTransaction: false };
    const record = {
      offset: '0',
      timestamp: '0',
      key: null,
      value,
      headers: {},
      isControlRecord: false,
      batchContext,
    };
    const read = async (registry: string, login?: RegistryLogin) => {
      writeFileSync(file, `version: 1\ndecoder: avro\navro: { registry: "${registry}" }\n`);
      const mapping = readTopicMapping(file);
      expect(mapping.file.avro).toEqual({ registry: url });
      await mapping.prepare([record], { login });
      return mapping.messageOf(record, { topic: 'orders', partition: 0 }).dataJson;
    };
    const login = (password: string) => ({ username: 'me', password: new Secret(password) });
    const withUser = url.replace('//', '//me:s:%C3%A9%2F@');
    expect(await read(withUser)).toBe('42');
    expect(await read(withUser, login('other'))).toBe('42');
    expect(await read(url, login('s:é/'))).toBe('42');
    const refused = `Cannot get ${url}/schemas/ids/1: it answers with status 401 to user me, expected`;
    await expectCqshopError(() => read(url, login('wrong')), 'BROKER_REFUSED', refused);
  });

  test('counts records whose schema another library accepts, and those with an id that no registry gives', async () => {
    const url = await registryWith(path => (path === '/schemas/ids/5' ? registered(record('my-record')) : undefined));
    const reader = avroReader({ registry: url });
    const beyond = Buffer.from([0, 255, 255, 255, 255, 1]);
    await reader.prepare([withId(5), withId(6), beyond], {});
    expect(() => reader.jsonOf(withId(5))).toThrow('its Avro schema cannot be used');
    expect(() => reader.jsonOf(withId(6))).toThrow('its Avro schema is not known');
    expect(() => reader.jsonOf(beyond)).toThrow('its Avro schema is not known');
  });

  test.each([
    [
      401,
      '{"error_code":401}',
      'it answers with status 401, expected CQSHOP_REGISTRY_USER and CQSHOP_REGISTRY_PASSWORD',
    ],
    [403, '{"error_code":40301}', 'it answers with status 403'],
    [404, '<html>not found</html>', 'it answers with status 404, expected the URL of a schema registry'],
    [400, 'no', 'it answers with status 400'],
    [200, '<html>Welcome</html>', 'its answer is not that of a schema registry'],
    [200, '{"schema":5}', 'its answer is not that of a schema registry'],
  ])('ends at once when it answers %i %s', async (status, body, message) => {
    const url = await registryWith(
      () => body,
      response => send(response, status, body),
    );
    const asked = new SchemaRegistry(`${url}/`).schemaWith(1, {});
    await expectCqshopError(() => asked, 'BROKER_REFUSED', `Cannot get ${url}/schemas/ids/1: ${message}`);
  });

  test('does not wait for one that redirects without end', async () => {
    const url = await registryWith(
      () => '',
      response => response.writeHead(302, { location: response.req.url ?? '' }).end(),
    );
    const asked = new SchemaRegistry(url).schemaWith(1, {});
    const message = `Cannot get ${url}/schemas/ids/1: redirect count exceeded, expected the URL of a schema registry`;
    await expectCqshopError(() => asked, 'BROKER_REFUSED', message);
  });

  test('gives up on an answer, or on references, without an end', async () => {
    const endless = (response: ServerResponse) => {
      response.writeHead(200);
      const more = () => {
        while (response.write(' '.repeat(100_000)));
        response.once('drain', more);
      };
      more();
    };
    const url = await registryWith(() => '', endless);
    const asked = new SchemaRegistry(url).schemaWith(1, {});
    await expectCqshopError(() => asked, 'BROKER_REFUSED', 'its answer is larger than 16 MiB');
    let version = 0;
    const naming = await registryWith(() => ({
      schema: '"string"',
      references: [{ name: 'x', subject: 'x', version: ++version }],
    }));
    const named = new SchemaRegistry(naming).schemaWith(1, {});
    await expectCqshopError(() => named, 'BROKER_REFUSED', 'it names more than 1000 others');
  });

  test('waits for one that is in trouble, until it is given up', async () => {
    let isWell = false;
    const url = await registryWith(
      () => registered('long'),
      (response, status, body) => {
        if (isWell) send(response, status, body);
        else send(response, 500, '{"error_code":50001}');
        isWell = true;
      },
    );
    expect(await new SchemaRegistry(url).schemaWith(1, {})).toEqual({ type: 'AVRO', schema: 'long', references: [] });
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const giveUp = AbortSignal.timeout(20);
    const nowhere = new SchemaRegistry(nobody).schemaWith(1, { giveUp });
    await expect(nowhere).rejects.toSatisfy(error => error === giveUp.reason);
  });
});
