/** How a Task state fails: `name` is the Error and the message the Cause that the state machine sees. */
export class TaskError extends Error {
  constructor(error: string, cause: string) {
    super(cause);
    this.name = error;
  }
}
