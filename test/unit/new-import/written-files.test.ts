import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Wishes } from '../../../new-import/infer-import.ts';
import { makeFolder } from '../../local/make-folder.ts';
import { infer } from './infer.ts';

const project = join(import.meta.dirname, '../../..');
const long = 'the price of all goods that were ordered in the year before';

/** Samples whose files are unlike each other, by the import's name. */
const samples: Record<string, [content: string, wishes?: Wishes]> = {
  simple: ['id,name\n1,Ann\n2,Bob\n'],
  japanese: [
    `顧客番号,${'氏名'.repeat(30)},登録日,金額,有効フラグ\n1,山田,2024/1/31,"1,234,567",有\n2,田中,2024/2/1,12,無\n`,
  ],
  'every-type': [
    'a,b,c,d,e,f,g,h,i,j\n' +
      '1,99999999999,1.5,2024-01-31,09:30,2024-01-31T09:30:00Z,true,3f2504e0-4f89-11d3-9a0c-0305e82c3301,x,"a\nb"\n' +
      '2,99999999998,2.5,2024-01-30,10:30,2024-01-30T09:30:00Z,false,3f2504e0-4f89-11d3-9a0c-0305e82c3302,y,"a\nc"\n',
  ],
  ambiguous: ['day,number\n01/02/2024,"1,234"\n03/04/2024,"5,678"\n'],
  'long-names': [
    `${long},"${long} ""1"", it's",${long} 2\n${'9'.repeat(20)}.5,2024-01-31T09:30:00Z, 5\n${'9'.repeat(20)}.25,2024-01-31T09:30:00Z,6\n`,
  ],
  'long-key': [`${long},${long} 1,${long} 2\n1,2,3\n`, { key: [long, `${long} 1`, `${long} 2`] }],
  'two-keys': ['order,line\n1,1\n1,2\n', { key: ['order', 'line'] }],
  date: ['date,numeric,text,pg table\n2024-01-31,1,a,b\n'],
  'told-all': ['a\tb\n1\t2\n', { delimiter: '\t', encoding: 'utf-8', prefix: "it's/" }],
  quotes: [`it's,"""so""","both ' and """,back\\slash\n"Ja","1'234.5",' 1,x\nnein,"2'000",' 2,y\n`],
};

let home: string;

/** What the project has that the written files need, and the files. */
beforeAll(async () => {
  home = makeFolder();
  for (const name of ['node_modules', 'contract']) symlinkSync(join(project, name), join(home, name));
  for (const name of ['biome.json', 'package.json']) copyFileSync(join(project, name), join(home, name));
  writeFileSync(join(home, '.gitignore'), 'node_modules\ncontract\n');
  const tsconfig = { extends: join(project, 'tsconfig.json'), include: ['imports'] };
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify(tsconfig));
  mkdirSync(join(home, 'imports'));
  for (const [name, [content, wishes]] of Object.entries(samples)) {
    const { text } = await infer(home, content, { delimiter: ',', name, ...wishes });
    writeFileSync(join(home, `imports/${name}.ts`), text);
  }
});

function run(command: string, ...args: string[]): string {
  try {
    return execFileSync(join(project, 'node_modules/.bin', command), args, {
      cwd: home,
      encoding: 'utf8',
      stdio: 'pipe',
      // The tools are started by whatever Node runs this.
      env: { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env.PATH}` },
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${stdout}\n${stderr}`);
  }
}

it('pass the project’s type check', () => {
  expect(run('tsc')).toBe('');
});

it('are formatted and linted as the project’s own', () => {
  const checked = run('biome', 'check', '--error-on-warnings', 'imports');
  expect(checked).toContain(`Checked ${Object.keys(samples).length} files`);
});

it('say what cannot be decided, and what they were made from', () => {
  const text = readFileSync(join(home, 'imports/ambiguous.ts'), 'utf8');
  expect(text).toContain('// Every value is a day both as D/M/YYYY and as M/D/YYYY.');
  expect(text).toContain('Inferred from all 2 rows of sample.csv');
});
