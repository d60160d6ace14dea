/** An error of an AWS API, by its AWS name. */
export class ApiError extends Error {
  readonly status: number;

  /** @param status of HTTP */
  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}
