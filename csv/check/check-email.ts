import { DOT, MINUS } from '../ascii.ts';
import { type FieldCheck, fieldProblem } from './field-problem.ts';

/** Limits of RFC 5321 for what stands before the @, and of RFC 1035 for a part of a domain; in bytes. */
const LONGEST_NAME = 64;
const LONGEST_ADDRESS = 254;
const LONGEST_LABEL = 63;
const AT = 0x40;

/** 1: letters and digits, which domains are made of; 2: the signs that a name may have beside them. */
const classes = new Uint8Array(256);
for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'))
  classes[byte] = 1;
for (const byte of Buffer.from("!#$%&'*+-/=?^_`{|}~")) classes[byte] = 2;

/**
 * E-mail addresses as they are used: `name@host.domain` in ASCII. The name has letters, digits and the signs that
 * RFC 5322 allows unquoted, with single dots inside; the domain has two parts or more of letters, digits and inner
 * hyphens.
 */
export function emailCheck(): FieldCheck {
  const misfit = fieldProblem('rule_violated', 'must be an e-mail address such as name@example.com');
  return (bytes, start, end) => {
    if (end - start > LONGEST_ADDRESS) return misfit;
    let at = start;
    for (; at < end && bytes[at] !== AT; at++) {
      const byte = bytes[at]!;
      if (
        byte === DOT ? at === start || bytes[at + 1] === DOT || bytes[at + 1] === AT : classes[byte] === 0
      ) {
        return misfit;
      }
    }
    if (at === start || at - start > LONGEST_NAME || at === end) return misfit;
    let label = ++at;
    let dots = 0;
    for (; at <= end; at++) {
      const byte = at === end ? DOT : bytes[at]!;
      if (byte !== DOT) {
        if (classes[byte] !== 1 && byte !== MINUS) return misfit;
        continue;
      }
      const length = at - label;
      if (length < 1 || length > LONGEST_LABEL || bytes[label] === MINUS || bytes[at - 1] === MINUS)
        return misfit;
      if (at < end) dots++;
      label = at + 1;
    }
    return dots > 0 ? null : misfit;
  };
}
