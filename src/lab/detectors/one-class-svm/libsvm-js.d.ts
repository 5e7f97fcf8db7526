/** What cqshop uses of libsvm-js 0.2.1, which ships no types. */
declare module 'libsvm-js/wasm.js' {
  export type SvmOptions = {
    readonly type: string;
    readonly kernel: string;
    readonly gamma: number;
    readonly nu: number;
    readonly tolerance: number;
    readonly quiet: boolean;
  };
  export type Svm = {
    train(samples: readonly (readonly number[])[], labels: readonly number[]): void;
    serializeModel(): string;
    free(): void;
  };
  export type SvmConstructor = {
    new (options: SvmOptions): Svm;
    readonly SVM_TYPES: { readonly ONE_CLASS: string };
    readonly KERNEL_TYPES: { readonly RBF: string };
  };
  const loaded: Promise<SvmConstructor>;
  export = loaded;
}
