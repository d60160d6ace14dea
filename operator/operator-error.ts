/** Something that the person at the terminal can put right: shown without a stack trace. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}
