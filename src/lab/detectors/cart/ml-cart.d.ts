declare module 'ml-cart' {
  /** A classification tree; ships without types of its own. Labels are 0, 1, 2… */
  export class DecisionTreeClassifier {
    constructor(options: {
      readonly gainFunction?: 'gini';
      readonly maxDepth?: number;
      readonly minNumSamples?: number;
      readonly gainThreshold?: number;
    });
    train(rows: readonly (readonly number[])[], labels: readonly number[]): void;
    predict(rows: readonly (readonly number[])[]): number[];
    toJSON(): unknown;
    static load(model: unknown): DecisionTreeClassifier;
  }
}
