/** A type none of whose properties can be assigned, at any depth: what a schema's parsed value is once it is inside. */
export type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;
