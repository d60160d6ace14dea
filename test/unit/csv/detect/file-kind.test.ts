import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { detectEncoding } from '../../../../csv/detect/detect-encoding.ts';
import { assertUnpacked, compressionOf } from '../../../../csv/detect/file-kind.ts';
import { makeZip } from '../../../support/make-zip.ts';

const undecodable = (message: string) =>
  expect.objectContaining({ name: 'UndecodableFile', message: expect.stringContaining(message) });
const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('the kind of a file', () => {
  it.each([
    ['an Excel workbook (.xlsx)', makeZip([{ name: '[Content_Types].xml', content: '' }])],
    ['an Excel workbook (.xlsx)', makeZip([{ name: 'xl/workbook.xml', content: '' }])],
    [
      'an OpenDocument file',
      makeZip([{ name: 'mimetype', content: 'application/vnd.oasis.opendocument', method: 0 }]),
    ],
    ['an old Excel workbook (.xls)', bytes('\xd0\xcf\x11\xe0\xa1\xb1')],
    ['a ZIP archive without a file', makeZip([])],
    ['compressed by bzip2', bytes('BZh91AY&SY')],
    ['a Parquet file', bytes('PAR1\x15\x04')],
    ['a PDF', bytes('%PDF-1.7')],
    ['an image', bytes('\x89PNG\r\n')],
    ['an image', bytes('\xff\xd8\xff\xe0')],
    ['a web page (HTML)', bytes('\n<!DOCTYPE html><html>')],
    ['a web page (HTML)', bytes('<table border=1><tr><td>id')],
    ['XML', bytes('\xef\xbb\xbf<?xml version="1.0"?>')],
    ['XML', bytes('<rows>\n<row id="1"/>\n</rows>')],
    ['XML', Buffer.from('\ufeff<?xml version="1.0"?>', 'utf16le')],
    ['JSON', bytes('{\n  "id": 1,\n  "name": "Ada"\n}\n')],
    ['JSON', bytes('[{"id":1},{"id":2}]')],
    ['JSON Lines', bytes('{"id":1,"name":"Ada"}\n{"id":2}\n')],
  ])('%s is named', (what, content) => {
    expect(() => compressionOf(content)).toThrow(undecodable(`The file is no CSV: it is ${what}`));
  });

  it.each([
    'id,name\n',
    'BZh,a\n',
    'PK,name\n',
    '7z,a\n',
    '',
    '(a,b)',
    '\ufeffid',
    '[id],[name]\n',
    '<id>,<name>\n1,2\n',
    '{id}\n',
  ])('%j is CSV', (content) => {
    expect(compressionOf(Buffer.from(content))).toBe('none');
  });

  it('is how it is compressed', () => {
    expect(compressionOf(gzipSync('a'))).toBe('gzip');
    expect(compressionOf(zstdCompressSync('a'))).toBe('zstd');
    expect(compressionOf(makeZip([{ name: 'a.csv', content: 'a' }]))).toBe('zip');
  });

  it('must not be compressed twice', () => {
    expect(() => assertUnpacked(gzipSync('a'), 'gzip')).toThrow(
      undecodable('The file is compressed twice: it is gzip inside of gzip. Unpack it once'),
    );
    expect(() => assertUnpacked(bytes('PAR1'), 'zip')).toThrow(undecodable('a Parquet file'));
  });
});

describe('encodings that are not read are named', () => {
  const utf32 = Buffer.concat(
    [...'id,name\n1,Ada\n'].map((letter) => Buffer.from([letter.charCodeAt(0), 0, 0, 0])),
  );
  it.each([
    ['ISO-2022-JP', bytes('id,\x1b$B8\\5R\x1b(B\n')],
    ['ISO-2022-KR', bytes('\x1b$)Cid,name\n1,\x0e1h\x0f\n')],
    ['HZ', bytes('id,name\n1,~{VPND~}\n')],
    ['UTF-7', bytes('id,name\n1,Ren+AOk-\n')],
    ['UTF-7', bytes('id,name\n1,+ZeVnLIqe-\n')],
    ['UTF-32', utf32],
    ['EBCDIC', Buffer.from('c9c46bd5c1d4c515f16bc1c4c115f26bc1d3c1d515', 'hex')],
  ])('%s', (name, content) => {
    expect(() => detectEncoding(content, true)).toThrow(undecodable(`The file is ${name}`));
  });

  it.each(['id,phone\n1,+491712345-12\n2,+4416329-\n', 'id,sum\n1,a+bcd-e\n2,x+1-2\n', 'id\n~{a}\n~a~\n'])(
    '%j is ASCII',
    (text) => {
      expect(detectEncoding(Buffer.from(text), true).encoding).toBe('utf-8');
    },
  );
});
