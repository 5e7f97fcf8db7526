/** What cqshop uses of snappyjs 0.7.0, which ships no types. */
declare module 'snappyjs' {
  const snappy: {
    compress(bytes: Buffer): Buffer;
    uncompress(bytes: Buffer, maxLength: number): Buffer;
  };
  export = snappy;
}

/** What cqshop uses of lz4js 0.2.0, which ships no types. */
declare module 'lz4js' {
  const lz4: {
    compress(bytes: Uint8Array): Uint8Array;
    decompress(bytes: Uint8Array): Uint8Array;
    decompressBound(bytes: Uint8Array): number;
  };
  export = lz4;
}
