import { createRequire } from 'node:module';
import type { Type } from 'avsc';
import { LosslessNumber, stringify } from 'lossless-json';
import { reasonOf } from '../../../base/errors.ts';
import { excerpt, textOfJson, UnreadableRecord } from './payload.ts';
import { type RegisteredSchema, type RegistryAccess, type RegistryLogin, SchemaRegistry } from './schema-registry.ts';

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
  /** Gets the schemas of such values from the registry. @throws BROKER_UNREACHABLE, BROKER_REFUSED */
  readonly prepare: (values: readonly (Buffer | null)[], access: RegistryAccess) => Promise<void>;
  /** The JSON of a value. @throws UnreadableRecord */
  readonly jsonOf: (value: Buffer) => string;
};

/** What a registry's clients write before a value: a zero and the id of its schema. */
const headBytes = 5;

/** @throws Error when a schema is invalid, or cannot be used */
export function avroReader(
  { registry: url, schemas = {}, schema }: AvroSchemas,
  login?: RegistryLogin | undefined,
): AvroReader {
  const types = new Map<number, Type | 'JSON' | UnreadableRecord>(
    Object.entries(schemas).map(([id, one]) => [Number(id), typeOf(one)]),
  );
  const only = schema === undefined ? undefined : typeOf(schema);
  const registry = url === undefined ? undefined : new SchemaRegistry(url, login);
  return {
    prepare: async (values, access) => {
      if (registry === undefined) return;
      for (const id of new Set(values.flatMap(value => idBefore(value) ?? []))) {
        if (types.has(id)) continue;
        const found = await registry.schemaWith(id, access);
        // One that it does not have yet is asked for again: its producer may be about to register it.
        if (found !== undefined) types.set(id, usable(id, found));
      }
    },
    jsonOf: value => {
      if (only !== undefined) return read(only, value, '');
      const id = idBefore(value);
      if (id === undefined) throw new UnreadableRecord('its value has no id of an Avro schema before it');
      const type = types.get(id) ?? new UnreadableRecord('its Avro schema is not known', `schema id ${id}`);
      if (type instanceof UnreadableRecord) throw type;
      const body = value.subarray(headBytes);
      return type === 'JSON' ? textOfJson(body) : read(type, body, `schema id ${id}`);
    },
  };
}

/** A registry may have schemas that other libraries accept. */
function usable(id: number, { type, schema, references }: RegisteredSchema): Type | 'JSON' | UnreadableRecord {
  if (type === 'JSON') return type;
  if (type !== 'AVRO') {
    const name = type === 'PROTOBUF' ? 'Protobuf' : type;
    return new UnreadableRecord(`its value is ${excerpt(name, 40)}, which cannot be read`, `schema id ${id}`);
  }
  try {
    return typeOf(schema, references);
  } catch (error) {
    const why = reasonOf(error);
    return new UnreadableRecord('its Avro schema cannot be used', `schema id ${id}: ${why}`);
  }
}

function idBefore(value: Buffer | null): number | undefined {
  return value !== null && value.length >= headBytes && value[0] === 0 ? value.readUInt32BE(1) : undefined;
}

function read(type: Type, value: Buffer, detail: string): string {
  let json: string;
  try {
    json = stringify(type.fromBuffer(value), writable) ?? 'null';
  } catch (error) {
    if (error instanceof UnreadableRecord) throw error;
    throw new UnreadableRecord('its value is not what its Avro schema says', detail);
  }
  const bytes = value.toString('latin1');
  // The library takes U+FFFD for bytes that are no UTF-8.
  if (timesIn(json, '\ufffd') > timesIn(bytes, '\xef\xbf\xbd')) {
    throw new UnreadableRecord('a text in its value is not UTF-8', detail);
  }
  return json;
}

/** In JavaScript the prototype of an object, and no field of its own: the library's records cannot have it. */
const prototypeKey = '__proto__';

function timesIn(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** Values that JSON cannot hold become text: bytes in base64, NaN and infinities by their names. */
function writable(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Object.is(value, -0)) return new LosslessNumber('-0');
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/**
 * Long numbers and decimals keep all their digits, and a float has no more than it needs.
 *
 * @param references schemas that it names, each after those that it names itself
 */
function typeOf(schema: unknown, references: readonly unknown[] = []): Type {
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
      // The library then takes the type without its meaning, as the specification has it.
      const isOfBytes = /^(bytes|fixed)$/.test(this.underlyingType.typeName);
      if (!isOfBytes || !Number.isSafeInteger(this.#scale) || this.#scale < 0) throw new TypeError('no decimal');
    }
    protected override _fromValue(bytes: Buffer): LosslessNumber {
      return new LosslessNumber(decimalText(bytes, this.#scale));
    }
  }
  class Float extends avro.types.LogicalType {
    protected override _fromValue(value: number): number {
      const digits = [6, 7, 8].find(count => Math.fround(Number(value.toPrecision(count))) === value);
      return digits === undefined ? value : Number(value.toPrecision(digits));
    }
  }
  // The library makes as many items as a count says, even if the value ends before: five bytes would take all memory.
  class Items extends avro.types.ArrayType {
    _read(tap: Tap): readonly unknown[] {
      const items: ReadsTap = Object(this.itemsType);
      const found: unknown[] = [];
      countedIn(tap, () => found.push(items._read(tap)));
      return found;
    }
  }
  class Entries extends avro.types.MapType {
    _read(tap: Tap): Readonly<Record<string, unknown>> {
      const values: ReadsTap = Object(this.valuesType);
      const found: [string, unknown][] = [];
      countedIn(tap, () => found.push([tap.readString(), values._read(tap)]));
      return Object.fromEntries(found);
    }
  }
  const float = new Float({ type: 'float', logicalType: 'float' });
  const own: Readonly<Record<string, Type>> = { long, float };
  const options: Parameters<typeof avro.Type.forSchema>[1] = {
    // Named types are added to it.
    registry: { ...own },
    typeHook: (one, inner) => {
      if (typeof one !== 'object') return undefined;
      const name = Reflect.get(one, 'type');
      if (name === 'array') return new Items(one, inner);
      if (name === 'map') return new Entries(one, inner);
      // The same for a long with a logical type.
      return own[name];
    },
    logicalTypes: { decimal: Decimal },
  };
  // Its own check says what is wrong with a schema.
  const types = [...references, schema].map(one =>
    avro.Type.forSchema(withoutDefaults(one) as Parameters<typeof avro.Type.forSchema>[0], options),
  );
  const type = types.at(-1);
  if (type === undefined) throw new TypeError('there is no schema');
  return type;
}

/** Where the library is in a value, and a type that reads there; neither is in its types. */
type Tap = {
  readonly buf: Buffer;
  readonly readLong: () => number;
  readonly skipLong: () => void;
  readonly readString: () => string;
};
type ReadsTap = { readonly _read: (tap: Tap) => unknown };

/** Of all lists and maps of a value: one byte may be an object, which then takes more memory than all other forms of it. */
const mostItems = 2_000_000;
const itemsIn = new WeakMap<Tap, number>();

/** Calls `read` for each item of blocks of items, each with its count before it (https://avro.apache.org/docs/1.12.0/specification/#arrays-1). */
function countedIn(tap: Tap, read: () => void): void {
  for (let count = tap.readLong(); count !== 0; count = tap.readLong()) {
    // Behind a negative count is the size of its block.
    if (count < 0) tap.skipLong();
    const items = (itemsIn.get(tap) ?? 0) + Math.abs(count);
    itemsIn.set(tap, items);
    if (!(items <= tap.buf.length)) throw new RangeError('more items than bytes');
    if (items > mostItems) throw new UnreadableRecord(`its lists and maps hold more than ${mostItems} items`);
    for (let left = Math.abs(count); left > 0; left--) read();
  }
}

/** Only writers need them, and older libraries accepted wrong ones. @throws TypeError for a field that the library would leave out */
function withoutDefaults(schema: unknown): unknown {
  return JSON.parse(
    JSON.stringify(schema, (key, value) => {
      if (key === 'name' && value === prototypeKey) throw new TypeError(`a field is called ${prototypeKey}`);
      return key === 'default' ? undefined : value;
    }),
  );
}

/** Writing a number takes a time that grows faster than its length [bytes]. */
const longestDecimal = 64 * 1024;
/** With more places, an exponent keeps a short value from becoming a text of any length. */
const mostPlaces = 128;

/**
 * The bytes of a whole number, the highest first, in two's complement, as a decimal: decimalText(04e2, 2) is "12.50", decimalText(04e2, -2)
 * "1250e2".
 *
 * @throws UnreadableRecord
 */
export function decimalText(bytes: Buffer, scale: number): string {
  if (bytes.length > longestDecimal) {
    throw new UnreadableRecord('a decimal in its value is longer than 64 KiB', `${bytes.length} bytes`);
  }
  const unscaled = bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
  if (scale < 0 || scale > mostPlaces) return `${unscaled}e${-scale}`;
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${unscaled < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
}
