import { expect, it } from 'vitest';
import { shownUrl } from '../../local/shown-url.ts';

it.each([
  ['postgres://me:pass%40word@db.example:5433/shop', 'postgres://me:***@db.example:5433/shop'],
  ['postgresql://me:a:b@a,b:5433/shop?sslmode=require', 'postgresql://me:***@a,b:5433/shop?sslmode=require'],
  ['postgres://db/shop?user=me&password=pass', 'postgres://db/shop?user=me&password=***'],
  ['postgres:///shop?host=/tmp&sslpassword=pass', 'postgres:///shop?host=/tmp&sslpassword=***'],
  // What is no port and no parameter may be a password.
  ['postgres://me:pass?word', 'postgres://***'],
  ['postgres://db/shop?word', 'postgres://db/shop?=***'],
  ['postgres://me:pa/ss@db/shop', 'postgres://***'],
  ['postgres://me:pa?ss@db/shop', 'postgres://***'],
  ['postgres://me@127.0.0.1:54320/postgres', 'postgres://me@127.0.0.1:54320/postgres'],
  ['me:pass@db', 'postgres://***'],
])('%s is shown as %s', (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
});
