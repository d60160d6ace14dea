import { beforeAll, describe, expect, it } from 'vitest';
import {
  glue,
  importCost,
  importSeconds,
  lambdaOnly,
  loadCost,
  price,
  speedOf,
  taskSeconds,
  total,
  walPerByte,
  workers,
} from '../../../docs/tools/cost-sums.ts';
import { costTables, freeTypes, idlePrices, usd } from '../../../docs/tools/cost-tables.ts';
import { readDoc } from '../../../docs/tools/markdown.ts';
import { quota } from '../../../docs/tools/scale-tables.ts';
import { fillTables } from '../../../docs/tools/tables.ts';
import { readTemplateFacts, type TemplateFacts } from '../../../docs/tools/template-facts.ts';
import { assumedPrices, TRANSITIONS_PER_EXECUTION } from '../../../infra/prices.ts';
import {
  BYTES_A_SECOND,
  DOLLARS_A_FILE,
  DOLLARS_A_GB,
  FILES_A_SECOND,
} from '../../../operator/plan-backfill.ts';

const doc = readDoc('docs/cost.md');
let facts: TemplateFacts;
beforeAll(async () => {
  facts = await readTemplateFacts();
});

describe('docs/cost.md', () => {
  it('reckons with the prices that the dashboard reckons with', () => {
    const { ARM64, X86_64 } = assumedPrices.fargate;
    expect([price('fargateArmVcpuHour'), price('fargateArmGbHour')]).toEqual([ARM64.vcpuHour, ARM64.gbHour]);
    expect([price('fargateX86VcpuHour'), price('fargateX86GbHour')]).toEqual([
      X86_64.vcpuHour,
      X86_64.gbHour,
    ]);
    expect(price('transition')).toBe(assumedPrices.stateTransition);
    expect(TRANSITIONS_PER_EXECUTION).toBe(facts.successPath.length + 1);
  });

  it('has the tables that prices, benchmarks and template make (else: node test/unit/docs/write-tables.ts)', () => {
    expect(doc).toBe(fillTables(doc, costTables(facts)));
    for (const name of Object.keys(costTables(facts))) expect(doc).toContain(`<!-- ${name}: `);
  });

  it('knows of every type of resource whether it costs something while nothing is imported', () => {
    const known = [...freeTypes, ...Object.keys(idlePrices)];
    expect(Object.keys(facts.types).filter((type) => !known.includes(type))).toEqual([]);
    expect(freeTypes.filter((type) => type in idlePrices)).toEqual([]);
  });

  it('says in short what the tables say', () => {
    expect(doc).toContain(`A byte of the reference file became ${walPerByte()} bytes of WAL`);
    const all = (gb: number) => total(importCost(gb, facts.successPath.length + 1));
    expect(all(0.001)).toBeGreaterThan(0.0005);
    expect(all(0.001)).toBeLessThan(0.0015);
    expect(importCost(0.001, facts.successPath.length + 1).Fargate! / all(0.001)).toBeGreaterThan(0.6);
    const large = all(10) + total(loadCost(10));
    expect(large / 10).toBeLessThan(0.1);
    expect(loadCost(10)['database: writes']! / large).toBeGreaterThan(0.75);
    const idle = /with the database paused\*\* \| \*\*\$([\d.]+)/.exec(costTables(facts).month!())![1];
    expect(Number(idle)).toBeLessThan(10);
    const month = 30_000 * all(0.001);
    expect(workers.fargate()).toBeLessThan(month);
    expect(30_000 * lambdaOnly(0.001)!).toBeLessThan(month);
  });
});

describe('what `ops start --all` reckons with', () => {
  const roughly = (value: number, exact: number) => {
    expect(value / exact).toBeGreaterThan(0.8);
    expect(value / exact).toBeLessThan(1.25);
  };

  it('is what these tables say, roughly', () => {
    const all = (gb: number) => total(importCost(gb, facts.successPath.length + 1));
    roughly(DOLLARS_A_FILE, all(0.001));
    roughly(DOLLARS_A_GB, all(10) / 10);
    roughly(BYTES_A_SECOND, 1e9 / speedOf().secondsPerGb);
    expect(FILES_A_SECOND).toBe(quota('runTaskRate'));
  });
});

describe('the sums, by hand', () => {
  it('bill a minute of one vCPU and 2 GB for a small file, and each second of a large one', () => {
    expect(taskSeconds(0.001)).toBe(60);
    expect(importCost(0.001, 6).Fargate).toBeCloseTo((0.03238 + 2 * 0.00356) / 60, 12);
    expect(importCost(0.001, 6)['Step Functions']).toBeCloseTo(0.00015, 12);
    expect(taskSeconds(10)).toBeGreaterThan(importSeconds(10));
    expect(importCost(10, 6)['between zones']).toBeCloseTo(0.05, 12);
  });

  it('take Glue’s least, and refuse Lambda what takes longer than 15 minutes', () => {
    expect(glue(0.001, 2)).toBeCloseTo((2 * 0.44) / 60, 12);
    expect(lambdaOnly(0.001)).toBeLessThan(0.0001);
    expect(lambdaOnly(100)).toBeNull();
  });

  it('show dollars with cents, or with three figures', () => {
    expect([1234.5, 0.25, 0.000175, 0.0000123456, 0].map(usd)).toEqual([
      '$1,234.50',
      '$0.25',
      '$0.000175',
      '$0.0000123',
      '$0.00',
    ]);
  });
});
