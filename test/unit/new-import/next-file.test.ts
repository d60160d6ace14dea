import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../local/make-folder.ts';
import { infer, scanBy } from './infer.ts';

/** The next month's file by the definition that this month's led to. */
async function readNext(first: string, next: string) {
  const { definition } = await infer(makeFolder(), first, { file: 'stock-2026-10.csv' });
  const { rows, rejects, accepted } = await scanBy(definition, next);
  return { definition, rows, rejects, accepted };
}

describe('what is inferred takes the next file, too', () => {
  it.each<[string, string, string]>([
    [
      'longer texts',
      'name,city\nAda,Rome\nBob,Oslo\n',
      `name,city\n${'Ada '.repeat(100)},${'x'.repeat(3000)}\n`,
    ],
    ['larger numbers', 'name,stock\nink,5\npen,12345\n', 'name,stock\nink,2147483647\npen,-99999\n'],
    ['numbers beyond an int4', 'name,stock\nink,5\npen,123456\n', 'name,stock\nink,99999999999\n'],
    ['decimals of an amount', 'name,amount\nink,5\npen,7\n', 'name,amount\nink,5.25\npen,-0.001\n'],
    ['more decimals', 'name,temp\nink,5.5\npen,7.5\n', 'name,temp\nink,5.123456\n'],
    [
      'codes with zeros and letters',
      'store_code,name\n1001,North\n1002,South\n',
      'store_code,name\n01001,West\nA-7,East\n',
    ],
    ['telephone numbers with a plus', 'name,tel_no\nAda,4155550101\n', 'name,tel_no\nAda,+81 3-1234-5678\n'],
    [
      'an empty column',
      'name,born,size\nAda,2026-01-05,7\nBob,2026-01-06,8\n',
      'name,born,size\nAda,,\nBob,,\n',
    ],
    ['no rows', 'name,size\nAda,7\n', 'name,size\n'],
    [
      'groups of thousands',
      'name,sum\nink,"1,234.50"\npen,5.00\n',
      'name,sum\nink,"12,345,678.90"\npen,0.5\n',
    ],
    ['other signs', 'name,sum\nink,$5.00\npen,($3.50)\n', 'name,sum\nink,-$7.25\npen,"($1,234.50)"\n'],
    ['euros by the thousand', 'name,sum\nink,"5,00 €"\n', 'name,sum\nink,"1.234,50 €"\n'],
    ['other months', 'name,day\nink,05-Jan-2026\n', 'name,day\nink,1-September-2026\npen,31-DEC-2026\n'],
    ['days of one digit', 'name,day\nink,2026/10/12\n', 'name,day\nink,2026/1/2\n'],
    [
      'fractions of a second',
      'name,at\nink,2026-01-05 10:00:00\n',
      'name,at\nink,2026-01-05 10:00:00.123456\n',
    ],
    ['the other of two words', 'name,paid\nink,yes\npen,no\n', 'name,paid\nink,No\npen,YES\n'],
    ['words for NULL', 'name,price\nink,NULL\npen,1.5\n', 'name,price\nink,2.5\npen,NULL\n'],
    [
      'another title',
      'Sales\nOctober\nid,name\n1,pen\n2,ink\n',
      'Sales\nNovember\nAll shops\n\nid,name\n3,pen\n',
    ],
    ['no title', 'Sales\nOctober\nid,name\n1,pen\n2,ink\n', 'id,name\n3,pen\n'],
    ['no total', 'name,sum\npen,1\nink,2\nTotal,3\n', 'name,sum\ncap,30\n'],
    ['other units', 'name;temp\n;[C]\nroof;21.5\nhall;2\n', 'name;temp\n;[F]\nroof;70.25\n'],
    ['no header', '1,Ada,1815-12-10\n2,Bob,1906-12-09\n', '300000,Linus,1969-12-28\n'],
    ['columns in another order', 'id,name\n1,pen\n2,ink\n', 'name,id\nA,7\n'],
    ['invisible signs in headers', 'id,name\n1,pen\n2,ink\n', '\ufeff\u200bid,name\u200b\n3,pen\n'],
    ['delimiters too many in no row', 'id;name;\n1;pen;\n2;ink;\n', 'id;name\n3;cap\n'],
    ['rows of all lengths', 'id,name,note\n1,pen\n2,ink,ok\n', 'id,name,note\n3\n4,pen\n5,ink,ok\n'],
  ])('%s', async (_, first, next) => {
    expect((await readNext(first, next)).rejects).toEqual([]);
  });
});

describe('nothing of the next file becomes another value', () => {
  it.each<[string, string, string, string]>([
    [
      'zeros of codes',
      'store_code,name\n1001,North\n1002,South\n',
      'store_code,name\n01001,West\n',
      '01001,West',
    ],
    ['versions', 'name,version\na,1.1\nb,1.10\n', 'name,version\na,2.0\n', 'a,2.0'],
    [
      'large identifiers',
      'tweet,n\n1577134800018164904,1\n',
      'tweet,n\n9223372036854775807,2\n',
      '9223372036854775807,2',
    ],
    [
      'characters from another system',
      '商品コード,商品名\nガ-1,ペン\nパ-2,インク\n',
      '商品コード,商品名\nガ-1,ペン\n'.normalize('NFD'),
      'ガ-1,ペン',
    ],
    [
      'whole numbers as programs write them',
      'user_id,name\n1.0,Ada\n2.0,Bob\n',
      'user_id,name\n30.0,Eve\n',
      '30,Eve',
    ],
  ])('%s', async (_, first, next, accepted) => {
    const read = await readNext(first, next);
    expect(read.rejects).toEqual([]);
    expect(read.accepted.trimEnd()).toBe(accepted);
  });

  it.each<[string, string, string]>([
    ['another currency', 'name,sum\nink,$5.00\npen,$7\n', 'name,sum\nink,€5.00\n'],
    ['the other order of days', 'name,day\nink,31/12/2026\npen,30/11/2026\n', 'name,day\nink,12/31/2026\n'],
    ['the other decimal sign', 'name,sum\nink,"1,234.50"\npen,5.00\n', 'name,sum\nink,"1.234,50"\n'],
    ['a number below a text', 'user_id,name\n1.0,Ada\n2.0,Bob\n', 'user_id,name\n2.5,Eve\n'],
    ['a total in the middle', 'id,sum\n1,1\n2,2\nTotal,3\n', 'id,sum\n3,4\nTotal,4\n5,6\n'],
  ])('but is rejected: %s', async (_, first, next) => {
    expect((await readNext(first, next)).rejects).toHaveLength(1);
  });

  it('rows of other payments are added, and no customer’s row is overwritten', async () => {
    const { definition } = await readNext(
      'paid_on,customer_id,amount\n2026-01-05,17,100\n2026-01-05,18,250\n',
      'paid_on,customer_id,amount\n2026-01-06,17,40\n2026-01-06,17,60\n',
    );
    expect([definition.mode, definition.key]).toEqual(['append', []]);
  });
});
