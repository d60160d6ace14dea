import type { Transformations } from '../contract/definition/column-options.ts';
import type { ColumnProfile } from './column-profile.ts';

/** A column's type as Drizzle and as SQL write it. */
export interface PlannedType {
  /** Of drizzle-orm/pg-core. */
  builder:
    | 'bigint'
    | 'boolean'
    | 'date'
    | 'integer'
    | 'jsonb'
    | 'numeric'
    | 'text'
    | 'time'
    | 'timestamp'
    | 'uuid';
  /** The builder's options, as they are written. */
  options: readonly string[];
  sql: string;
}

/** What a column is taken to be, and why. */
export interface Inferred {
  type: PlannedType;
  transformations: Transformations;
  /** For people; holds no value of the file. */
  evidence: string;
  /** What could not be decided, and what to write if one knows better. */
  advice: string | null;
}

const TRIM = 'Some values have white space at an end: `trim: true` takes it off.';

/** Text without a limit: what is longest today tells nothing of the next file. */
export function textType(profile: ColumnProfile, evidence: string, advice: string | null = null): Inferred {
  const longest = profile.values === 0 ? '' : `, up to ${profile.longest} characters`;
  const lines = profile.multiline > 0 ? ', some of several lines' : '';
  const spaces = profile.untrimmed > 0 ? ', some with white space at an end' : '';
  return {
    type: { builder: 'text', options: [], sql: 'text' },
    transformations: {},
    evidence: `${evidence}${longest}${lines}${spaces}`,
    advice: advice ?? (profile.untrimmed > 0 ? TRIM : null),
  };
}
