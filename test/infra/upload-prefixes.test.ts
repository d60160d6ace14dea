import { integer, pgTable } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { defineImport } from '../../contract/definition/define-import.ts';
import { uploadPatterns } from '../../infra/upload-prefixes.ts';
import { makeStack } from './make-stack.ts';
import { statementsOf } from './policies.ts';

describe('what the importer may read', () => {
  it('is each import’s prefix', () => {
    expect(uploadPatterns(['uploads/orders/', 'shop/'])).toEqual(['uploads/orders/*', 'shop/*']);
    expect(uploadPatterns([])).toEqual([]);
  });

  it('takes IAM’s own signs literally', () => {
    const itself = (sign: string) => `$\{${sign}}`;
    expect(uploadPatterns(['a*b/c?d/$e/'])).toEqual([`a${itself('*')}b/c${itself('?')}d/${itself('$')}e/*`]);
  });

  it('stands in for letters that IAM’s policies refuse', () => {
    expect(uploadPatterns(['取込/顧客/', 'größe/', 'a🙂b/'])).toEqual(['*/*/*', 'größe/*', 'a*b/*']);
  });

  it('is the folders above, where there are too many prefixes for a policy', () => {
    const many = Array.from(
      { length: 200 },
      (_, index) => `uploads/${index % 3}/a-rather-long-name-${index}/`,
    );
    expect(uploadPatterns(many)).toEqual(['uploads/0/*', 'uploads/1/*', 'uploads/2/*']);
    const flat = Array.from({ length: 200 }, (_, index) => `a-rather-long-name-of-a-folder-${index}/`);
    expect(uploadPatterns(flat)).toEqual(['*']);
    expect(uploadPatterns([...many, 'shop/'])).toEqual([
      'uploads/0/*',
      'uploads/1/*',
      'uploads/2/*',
      'shop/*',
    ]);
  });

  it('never makes a policy longer than IAM takes, however many imports there are', async () => {
    const orders = pgTable('orders', { id: integer('id').primaryKey() });
    for (const count of [45, 55, 65, 300]) {
      const imports = Array.from({ length: count }, (_, index) =>
        defineImport({ name: `import-${index}`, prefix: `uploads/${index}/`, table: orders, mode: 'append' }),
      );
      const { template } = await makeStack({ imports, config: { uploads: { bucketName: 'b'.repeat(63) } } });
      for (const role of [/^ImporterTaskDefinitionTaskRole/, /^FunctionsValidateUpload/]) {
        // References to other resources are longer than what they stand for, but for names that CloudFormation makes.
        const policy = JSON.stringify(statementsOf(template, role));
        expect(policy.length, `${count} imports`).toBeLessThan(10_240);
      }
    }
  });
});
