import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

/** The codecs of Kafka, by the names of `compression.type`. */
export const codecNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type CodecName = (typeof codecNames)[number];

/** The largest size of an unpacked batch [bytes]: a few megabytes may unpack to more than any memory holds. */
const largestBatch = 256 * 1024 * 1024;

/** One codec. @throws Error when what is to be unpacked is damaged, or would be larger than `largestBatch` */
export type Codec = {
  readonly pack: (bytes: Buffer) => Promise<Buffer>;
  readonly unpack: (bytes: Buffer) => Promise<Buffer>;
};

/** Their libraries are loaded at first use. */
export const codecs: Readonly<Record<Exclude<CodecName, 'none'>, Codec>> = {
  gzip: {
    pack: promisify(zlib.gzip),
    unpack: bytes => promisify(zlib.gunzip)(bytes, { maxOutputLength: largestBatch }),
  },
  snappy: {
    pack: async bytes => (await import('snappyjs')).default.compress(bytes),
    unpack: unpackSnappy,
  },
  lz4: {
    pack: packLz4,
    unpack: async bytes => {
      const { default: lz4 } = await import('lz4js');
      const frame = withoutBlockChecksums(bytes);
      assertSize(lz4.decompressBound(frame));
      return Buffer.from(lz4.decompress(frame));
    },
  },
  zstd: {
    pack: async bytes => (builtInZstd() ?? (await wasmZstd())).pack(bytes),
    unpack: bytes => joined(zstdContents(bytes)),
  },
};

/** Joins parts, some at a time, since each takes more memory than its bytes. @throws Error when they are too large */
async function joined(parts: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Buffer> {
  const whole: Buffer[] = [];
  let some: Buffer[] = [];
  let size = 0;
  for await (const part of parts) {
    size += part.length;
    assertSize(size);
    some.push(part);
    if (some.length < 500) continue;
    whole.push(Buffer.concat(some));
    some = [];
  }
  const [only, ...others] = [...whole, ...some];
  return only !== undefined && others.length === 0 ? only : Buffer.concat([...whole, ...some]);
}

function assertSize(bytes: number): void {
  if (bytes > largestBatch) throw new Error(`it holds more than ${largestBatch} bytes`);
}

/** What Java's library writes: a head, and blocks with their lengths before them. Others write one block alone. */
const framedSnappy = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);

async function unpackSnappy(bytes: Buffer): Promise<Buffer> {
  const { default: snappy } = await import('snappyjs');
  if (!bytes.subarray(0, 8).equals(framedSnappy)) return snappy.uncompress(bytes, largestBatch);
  return joined(snappyBlocks(bytes, block => snappy.uncompress(block, largestBatch)));
}

function* snappyBlocks(bytes: Buffer, uncompress: (block: Buffer) => Buffer): Generator<Buffer> {
  for (let at = 16; at < bytes.length; ) {
    const end = at + 4 + bytes.readInt32BE(at);
    yield uncompress(bytes.subarray(at + 4, end));
    at = end;
  }
}

/** A frame of independent blocks of up to 4 MiB, without checksums: magic number, flags, block size, and the checksum of the latter two. */
const lz4Head = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73]);
const lz4BlockBytes = 4 * 1024 * 1024;

/** The library's own frames have blocks that depend on those before them, which Kafka refuses; a frame of one block has not. */
async function packLz4(bytes: Buffer): Promise<Buffer> {
  const { default: lz4 } = await import('lz4js');
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += lz4BlockBytes) {
    const frame = lz4.compress(bytes.subarray(at, at + lz4BlockBytes));
    blocks.push(frame.subarray(lz4Head.length, -4));
  }
  return Buffer.concat([lz4Head, ...blocks, Buffer.alloc(4)]);
}

const hasBlockChecksums = 0x10;
const hasContentSize = 0x08;

/** The library looks for the checksum of a block before the block; it is behind it. */
function withoutBlockChecksums(frame: Buffer): Buffer {
  const flags = frame[4] ?? 0;
  if ((flags & hasBlockChecksums) === 0) return frame;
  let at = lz4Head.length + ((flags & hasContentSize) === 0 ? 0 : 8);
  const parts = [frame.subarray(0, at)];
  // The highest bit of a size says that the block is not packed.
  for (let size = frame.readUInt32LE(at); size !== 0; size = frame.readUInt32LE(at)) {
    const end = at + 4 + (size & 0x7fffffff);
    parts.push(frame.subarray(at, end));
    at = end + 4;
  }
  const plain = Buffer.concat([...parts, frame.subarray(at)]);
  plain[4] = flags & ~hasBlockChecksums;
  return plain;
}

type ZstdOfNode = {
  readonly zstdCompressSync?: (bytes: Buffer) => Buffer;
  readonly zstdDecompressSync?: (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer;
};

/** Node has it since 22.15. */
function builtInZstd(): Codec | undefined {
  // Not among the types of the oldest supported Node.
  const { zstdCompressSync: pack, zstdDecompressSync: unpack } = zlib as ZstdOfNode;
  if (pack === undefined || unpack === undefined) return undefined;
  return {
    pack: async bytes => pack(bytes),
    unpack: async bytes => unpack(bytes, { maxOutputLength: largestBatch }),
  };
}

type ZstdOfWasm = typeof import('@bokuweb/zstd-wasm');
let loading: Promise<ZstdOfWasm> | undefined;

async function wasmZstd(): Promise<Codec> {
  // The package's types are those of its version for browsers, which Node cannot load.
  const zstd: ZstdOfWasm = createRequire(import.meta.url)('@bokuweb/zstd-wasm');
  loading ??= zstd.init().then(() => zstd);
  await loading;
  return {
    pack: async bytes => Buffer.from(zstd.compress(bytes)),
    unpack: async bytes => {
      const known = zstdHead(bytes).contentSize;
      if (known !== undefined) assertSize(known);
      for (let size = known ?? Math.max(1024 * 1024, bytes.length * 8); ; size *= 4) {
        try {
          return Buffer.from(zstd.decompress(bytes, { defaultHeapSize: Math.min(size, largestBatch) }));
        } catch (error) {
          // Its only sign that the memory did not suffice.
          if (known !== undefined || size >= largestBatch) throw error;
        }
      }
    },
  };
}

async function* zstdContents(bytes: Buffer): AsyncGenerator<Buffer> {
  const [first] = zstdFrames(bytes);
  // Node holds 16 KiB and a window for each of many small frames until it is idle.
  const zstd = (first?.length === bytes.length ? builtInZstd() : undefined) ?? (await wasmZstd());
  for (const frame of zstdFrames(bytes)) yield zstd.unpack(frame);
}

/** The frames that hold content. Node 22 would unpack the first only, the library for Node 20 none of several. */
function* zstdFrames(bytes: Buffer): Generator<Buffer> {
  for (let rest = bytes; rest.length > 0; ) {
    const isSkippable = rest.readUInt32LE(0) >>> 4 === 0x184d2a5;
    const length = isSkippable ? 8 + rest.readUInt32LE(4) : zstdFrameLength(rest);
    if (!isSkippable) yield rest.subarray(0, length);
    rest = rest.subarray(length);
  }
}

/** The bytes of a frame: its head, its blocks, and perhaps a checksum (RFC 8878, section 3.1.1). */
function zstdFrameLength(frame: Buffer): number {
  let at = zstdHead(frame).length;
  for (let isLast = false; !isLast; ) {
    const block = frame.readUIntLE(at, 3);
    isLast = (block & 1) === 1;
    const isRepeatedByte = ((block >> 1) & 3) === 1;
    at += 3 + (isRepeatedByte ? 1 : block >> 3);
  }
  const hasChecksum = (frame.readUInt8(4) & 4) !== 0;
  return at + (hasChecksum ? 4 : 0);
}

/** A frame's head, which states the content's size unless a program has compressed a stream. */
export function zstdHead(frame: Buffer): { readonly length: number; readonly contentSize: number | undefined } {
  const descriptor = frame.readUInt8(4);
  const isSingle = (descriptor & 0x20) !== 0;
  const at = 5 + (isSingle ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  switch (descriptor >> 6) {
    case 0:
      return isSingle ? { length: at + 1, contentSize: frame.readUInt8(at) } : { length: at, contentSize: undefined };
    case 1:
      return { length: at + 2, contentSize: frame.readUInt16LE(at) + 256 };
    case 2:
      return { length: at + 4, contentSize: frame.readUInt32LE(at) };
    default:
      return { length: at + 8, contentSize: Number(frame.readBigUInt64LE(at)) };
  }
}
