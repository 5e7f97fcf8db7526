import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import type { Type } from 'avsc';
import { LosslessNumber, stringify } from 'lossless-json';
import { cannot } from '../../base/errors.ts';
import { UnreadableRecord } from './payload.ts';

/** Where the schemas of Avro values come from. */
export type AvroSchemas = {
  /** The URL of a schema registry that has them by the id before each value. */
  readonly registry?: string | undefined;
  /** Schemas by that id. */
  readonly schemas?: Readonly<Record<string, unknown>> | undefined;
  /** The schema of values that have no id before them. */
  readonly schema?: unknown;
};

/** Reads Avro as JSON. */
export type AvroReader = {
  /** Gets the schemas of such values from the registry. @throws BROKER_UNREACHABLE */
  readonly prepare: (values: readonly (Buffer | null)[]) => Promise<void>;
  /** The JSON of a value. @throws UnreadableRecord */
  readonly jsonOf: (value: Buffer) => string;
};

/** What a registry's clients write before a value: a zero and the id of its schema. */
const headBytes = 5;

/** @throws Error when a schema is none */
export function avroReader({ registry, schemas = {}, schema }: AvroSchemas): AvroReader {
  const types = new Map(Object.entries(schemas).map(([id, one]) => [Number(id), typeOf(one)]));
  const unknown = new Set<number>();
  const only = schema === undefined ? undefined : typeOf(schema);
  return {
    prepare: async values => {
      if (registry === undefined) return;
      for (const id of new Set(values.flatMap(value => idBefore(value) ?? []))) {
        if (types.has(id) || unknown.has(id)) continue;
        const found = await schemaIn(registry, id);
        if (found === undefined) unknown.add(id);
        else types.set(id, typeOf(found));
      }
    },
    jsonOf: value => {
      if (only !== undefined) return read(only, value, '');
      const id = idBefore(value);
      if (id === undefined) throw new UnreadableRecord('its value has no id of an Avro schema before it');
      const type = types.get(id);
      if (type === undefined) throw new UnreadableRecord('its Avro schema is not known', `schema id ${id}`);
      return read(type, value.subarray(headBytes), `schema id ${id}`);
    },
  };
}

function idBefore(value: Buffer | null): number | undefined {
  return value !== null && value.length > headBytes && value[0] === 0 ? value.readUInt32BE(1) : undefined;
}

function read(type: Type, value: Buffer, detail: string): string {
  try {
    return stringify(type.fromBuffer(value), writable) ?? 'null';
  } catch {
    throw new UnreadableRecord('its value is not what its Avro schema says', detail);
  }
}

/** What JSON cannot hold is text: bytes in base64, and NaN. */
function writable(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** Long numbers and decimals keep all their digits. */
function typeOf(schema: unknown): Type {
  // A CommonJS module that few users need.
  const avro: typeof import('avsc') = createRequire(import.meta.url)('avsc');
  const long = avro.types.LongType.__with({
    fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
    toBuffer: (value: bigint) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(value);
      return bytes;
    },
    fromJSON: BigInt,
    toJSON: String,
    isValid: (value: unknown) => typeof value === 'bigint',
    compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
  });
  class Decimal extends avro.types.LogicalType {
    readonly #scale: number;
    constructor(attributes: ConstructorParameters<typeof avro.types.LogicalType>[0], options?: object) {
      super(attributes, options);
      this.#scale = Number(Reflect.get(Object(attributes), 'scale') ?? 0);
    }
    protected override _fromValue(bytes: Buffer): LosslessNumber {
      return new LosslessNumber(decimalText(bytes, this.#scale));
    }
  }
  // Its own check says what is wrong with a schema.
  return avro.Type.forSchema(schema as Parameters<typeof avro.Type.forSchema>[0], {
    registry: { long },
    // The same for a long with a logical type.
    typeHook: one => (typeof one === 'object' && Reflect.get(one, 'type') === 'long' ? long : undefined),
    logicalTypes: { decimal: Decimal },
  });
}

/** The bytes of a whole number, the highest first, in two's complement, as a decimal: decimalText(04e2, 2) is "12.50". */
export function decimalText(bytes: Buffer, scale: number): string {
  const unscaled = bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${unscaled < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
}

const attempts = 30;
const attemptEveryMs = 3000;

/** undefined where the registry does not have it, or it is of another kind than Avro. @throws BROKER_UNREACHABLE after a minute and a half */
async function schemaIn(registry: string, id: number): Promise<unknown> {
  const url = `${registry.replace(/\/$/, '')}/schemas/ids/${id}`;
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(attemptEveryMs) });
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw new Error(`it answers with status ${answer.status}`);
      const { schema, schemaType = 'AVRO' } = (await answer.json()) as Record<string, unknown>;
      return schemaType === 'AVRO' ? JSON.parse(String(schema)) : undefined;
    } catch (cause) {
      const found = cause instanceof Error ? cause.message : String(cause);
      if (attempt === attempts) throw cannot('BROKER_UNREACHABLE', `get ${url}`)(found, 'a schema registry', cause);
      await setTimeout(attemptEveryMs);
    }
  }
}
