import type { Execution } from './execution.ts';

/** For how long, and how many of them, Step Functions knows a redrive's client token again. (RedriveExecution) */
const VALID_MS = 15 * 60_000;
const KEPT = 10;

/** The client tokens of redrives that were carried out: the same request again is answered, not carried out again. */
export class RedriveTokens {
  readonly #used = new WeakMap<Execution, { token: string; redriveDate: number }[]>();

  /** When the redrive with this token was; null where there was none lately. */
  find(execution: Execution, token: string | undefined): number | null {
    const used = this.#used.get(execution)?.find((each) => each.token === token);
    return used !== undefined && Date.now() - used.redriveDate < VALID_MS ? used.redriveDate : null;
  }

  add(execution: Execution, token: string | undefined): void {
    if (token === undefined) return;
    const used = this.#used.get(execution) ?? [];
    this.#used.set(execution, [{ token, redriveDate: execution.redriveDate! }, ...used].slice(0, KEPT));
  }
}
