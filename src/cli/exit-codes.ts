/** How a command may end. A contract; what a failure ends with is in `src/base/errors.ts`. */
export const exitCodes = {
  done: 0,
  /** Also an audit, a verification or a doctor that found something. */
  failed: 1,
  /** Wrong usage or wrong input. */
  usage: 2,
  /** Done, but accuracy fell below the gate. */
  belowGate: 3,
  interrupted: 130,
} as const;
