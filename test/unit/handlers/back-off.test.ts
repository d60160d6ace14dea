import { describe, expect, it } from 'vitest';
import { backOffSeconds } from '../../../handlers/back-off.ts';

describe('the back-off', () => {
  it.each([
    [1, 15],
    [2, 45],
    [3, 135],
    [4, 300],
    [9, 300],
  ])('before the attempt after %i is at most %i seconds, and at least one', (attempt, limit) => {
    expect(backOffSeconds(attempt, () => 0)).toBe(1);
    expect(backOffSeconds(attempt, () => 0.999999)).toBe(limit);
  });
});
