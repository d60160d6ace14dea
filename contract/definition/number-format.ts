import { z } from 'zod';
import type { ColumnType } from './column-type.ts';
import { type ColumnProblem, describeWrong } from './definition-problem.ts';

/** How a file writes numbers: digits in groups of three, or without any separator. */
export interface NumberFormat {
  /** Default: a point; a comma where points separate thousands. */
  decimal?: '.' | ',';
  /** A space also stands for no-break spaces, an apostrophe also for ’. */
  thousands?: '.' | ',' | ' ' | "'";
  /** Drops a currency sign on either side: any (`true`), or one of these, such as `['€', 'EUR']`. */
  currency?: true | readonly string[];
  /** Numbers end with %: `12.5%` is 0.125 (`fraction`) or 12.5 (`number`). */
  percent?: 'fraction' | 'number';
  /** How 1 is written below zero, beside `-1`: such as `['(1)', '1-', '▲1', '△1', '−1', '1 CR']`. */
  negative?: readonly string[];
  /** What a dash without digits is. */
  dash?: 'zero' | 'null';
  /** Of columns for whole numbers: `1.0` is 1. */
  zeroDecimals?: 'drop';
}

/** What separates decimals: declared, or a point, or a comma where points separate thousands. */
export function decimalOf({ decimal, thousands }: NumberFormat): '.' | ',' {
  return decimal ?? (thousands === '.' ? ',' : '.');
}

const signs = z
  .array(
    z
      .string()
      .regex(/^(?=.*[^\s.,'’()+%\u2212-])\D+$/su, 'name signs that numbers have beside them, such as "€"'),
  )
  .min(1);
const WAYS = 'list the ways to write 1 below zero, such as ["(1)", "1-", "▲1"]';
const below = z
  .string()
  .regex(/^(?!1$)[^\d+]*1[^\d+]*$/su, 'write each as 1 is written below zero, such as "(1)", "1-" or "▲1"');

const numberFormat = {
  decimal: z.enum(['.', ','], { error: 'use "." or ","' }).optional(),
  thousands: z.enum(['.', ',', ' ', "'"], { error: 'use ".", ",", " " or "\'"' }).optional(),
  currency: z
    .union([z.literal(true), signs], {
      error: 'use true for any currency sign, or name signs that numbers have beside them, such as ["€"]',
    })
    .optional(),
  percent: z
    .enum(['fraction', 'number'], { error: 'use "fraction" (12.5% is 0.125) or "number" (12.5)' })
    .optional(),
  negative: z.array(below, { error: WAYS }).min(1, WAYS).optional(),
  dash: z.enum(['zero', 'null'], { error: 'use "zero" or "null"' }).optional(),
  zeroDecimals: z.literal('drop', { error: 'use "drop", or leave it out' }).optional(),
};

/** What {@link NumberFormat} must look like. */
export const numberFormatSchema = z.strictObject(numberFormat, describeWrong(Object.keys(numberFormat)));

/** What of a number format does not suit the column, or itself. */
export function findNumberProblem(type: ColumnType, format: NumberFormat | undefined): ColumnProblem | null {
  if (format === undefined) return null;
  const whole = type.kind === 'integer';
  if (whole && format.decimal !== undefined && format.zeroDecimals === undefined) {
    return {
      field: 'number.decimal',
      problem:
        'the column keeps whole numbers; leave it out, or add zeroDecimals: "drop" if the file has 1.0',
    };
  }
  if (!whole && format.zeroDecimals !== undefined) {
    return {
      field: 'number.zeroDecimals',
      problem: 'it is for whole numbers, and the column keeps decimal places; leave it out',
    };
  }
  if (whole && format.percent === 'fraction') {
    return {
      field: 'number.percent',
      problem: 'the column keeps whole numbers; use "number", which makes 12 of 12%',
    };
  }
  if (decimalOf(format) !== format.thousands) return null;
  return {
    field: 'number',
    problem: `decimal and thousands are both "${format.thousands}"; they must differ`,
  };
}
