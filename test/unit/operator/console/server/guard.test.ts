import { describe, expect, it } from 'vitest';
import { checkCaller } from '../../../../../operator/console/server/guard.ts';

const PORT = 8090;
const own = { host: '127.0.0.1:8090' };

describe('who may ask the console', () => {
  it.each([
    ['a program, or an address that was typed', own],
    ['by the other name of this machine', { host: 'localhost:8090' }],
    ['the page itself', { ...own, origin: 'http://127.0.0.1:8090', 'sec-fetch-site': 'same-origin' }],
    ['a browser that was opened', { ...own, 'sec-fetch-site': 'none' }],
  ])('%s', (_, headers) => {
    expect(() => checkCaller({ headers, url: '/' }, PORT)).not.toThrow();
  });

  it.each([
    ['a name that was made to lead here', { host: 'attacker.example:8090' }],
    ['a name that begins like ours', { host: 'localhost.attacker.example:8090' }],
    ['another port in the name', { host: '127.0.0.1:9000' }],
    ['no port', { host: '127.0.0.1' }],
    ['no name', {}],
  ])('not by %s', (_, headers) => {
    expect(() => checkCaller({ headers, url: '/' }, PORT)).toThrow(
      expect.objectContaining({
        status: 403,
        name: 'ForeignHost',
        message: expect.stringContaining('http://127.0.0.1:8090'),
      }),
    );
  });

  it.each([
    ['another site', { ...own, origin: 'https://attacker.example', 'sec-fetch-site': 'cross-site' }],
    ['another site that hides its name', { ...own, origin: 'null' }],
    ['an image on another site', { ...own, 'sec-fetch-site': 'cross-site' }],
    ['another program’s page on this machine', { ...own, origin: 'http://127.0.0.1:3000' }],
    ['the same one, by an image', { ...own, 'sec-fetch-site': 'same-site' }],
    ['our port, but by TLS', { ...own, origin: 'https://127.0.0.1:8090' }],
    ['our other name', { ...own, origin: 'http://localhost:8090' }],
  ])('not %s', (_, headers) => {
    expect(() => checkCaller({ headers, url: '/' }, PORT)).toThrow(
      expect.objectContaining({ status: 403, name: 'ForeignOrigin' }),
    );
  });
});
