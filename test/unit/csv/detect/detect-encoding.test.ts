import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assertNotUtf8, detectEncoding, SAMPLE_BYTES } from '../../../../csv/detect/detect-encoding.ts';
import { generateCustomers } from '../../../../samples/customers.ts';
import { encodeShiftJis } from '../../../../samples/shift-jis.ts';
import { encodeText } from '../../../support/encode-text.ts';

const detect = (bytes: Buffer, whole = true) => detectEncoding(bytes, whole);
const refused = (message: string | RegExp) =>
  expect.objectContaining({ name: 'UndecodableFile', message: expect.stringMatching(message) });

const japanese =
  '顧客番号,氏名,フリガナ,住所\n1,佐藤 葵,サトウ アオイ,東京都千代田区丸の内１－９－１\n2,髙橋㈱,タカハシ,①～③\n';
const kanjiOnly = '顧客番号,氏名,住所\n1,佐藤 葵,東京都千代田区丸内\n2,鈴木一郎,大阪市北区梅田\n';
const halfWidth = 'ｺｰﾄﾞ,ﾅﾏｴ\n1,ﾔﾏﾀﾞ ﾀﾛｳ\n2,ｻﾄｳ ｼﾞﾛｳ\n3,ﾊﾞﾊﾞ ﾌﾐｴ\n';
const german = 'Nr;Name;Straße\n1;Jürgen Groß;Königsallee 5\n2;Änne Müller;Übelgässchen – 3\n';
const french = 'id,nom\n1,"Hélène, née à Besançon"\n2,L’été créé\n3,Noël 12 €\n';
const spanish = 'id,nombre\n1,Íñigo Núñez\n2,¿Qué? ¡Así!\n3,Peña & Cía.\n';

describe('by byte order mark', () => {
  it.each([
    ['utf-8', Buffer.from('\ufeffa\n')],
    ['utf-16le', Buffer.from('\ufeffa\n', 'utf16le')],
    ['utf-16be', Buffer.from('\ufeffa\n', 'utf16le').swap16()],
  ])('%s', (encoding, bytes) => {
    expect(detect(bytes)).toEqual({ encoding, evidence: 'by its byte order mark', assumed: false });
  });

  it('UTF-32 is named and not read', () => {
    for (const hex of ['fffe000061000000', '0000feff00000061']) {
      expect(() => detect(Buffer.from(hex, 'hex'))).toThrow(refused('The file is UTF-32'));
    }
  });
});

describe('UTF-16 without a mark', () => {
  it.each(['utf-16le', 'utf-16be'] as const)('%s, by its NUL bytes', (encoding) => {
    for (const text of ['id,name\n1,Ada\n', japanese, '1,佐藤　葵,2026-01-01\n']) {
      expect(detect(encodeText(text, encoding)).encoding).toBe(encoding);
    }
  });

  it.each([
    ['a NUL in a small file', 'id,name\n1,a\0b\n'],
    ['many of them', 'id,name\n1,\0\0\0\0\0\0\0\0\n'],
  ])('is not seen in %s', (_, text) => {
    expect(detect(Buffer.from(text)).encoding).toBe('utf-8');
  });
});

describe('UTF-8', () => {
  it.each([
    ['plain ASCII', Buffer.from('id\n1\n'), 'all of it is plain ASCII', true],
    ['valid', Buffer.from('id\né\n'), 'all of it is valid UTF-8', false],
    ['empty', Buffer.alloc(0), 'all of it is plain ASCII', true],
  ])('%s', (_, bytes, evidence, assumed) => {
    expect(detect(bytes)).toEqual({ encoding: 'utf-8', evidence, assumed });
  });

  it('with a character cut at the end of the sample', () => {
    for (const character of ['é', 'あ', '😀']) {
      const bytes = Buffer.from(`id\n${character}`);
      for (let cut = 1; cut < Buffer.byteLength(character); cut++) {
        const sample = bytes.subarray(0, bytes.length - cut);
        expect(detect(sample, false).encoding).toBe('utf-8');
      }
      expect(detect(bytes, false)).toMatchObject({ evidence: 'the first MiB is valid UTF-8' });
    }
  });

  it('with some broken characters', () => {
    const broken = Buffer.from([0x0a, 0xe9, 0x0a, 0x83, 0x0a]);
    for (const text of [japanese, `${german}${german}`]) {
      const found = detect(Buffer.concat([Buffer.from(text), broken]));
      expect(found).toMatchObject({ encoding: 'utf-8', evidence: expect.stringContaining('2 broken') });
    }
  });
});

describe('by what the content looks like', () => {
  it.each([
    ['shift_jis', japanese],
    ['shift_jis', kanjiOnly],
    ['shift_jis', halfWidth],
    ['shift_jis', '氏名\n佐藤\n'],
    ['euc-jp', japanese.replace('髙', '高')],
    ['euc-jp', '氏名,カナ\n佐藤,サトウ\n'],
    ['windows-1252', german],
    ['windows-1252', french],
    ['windows-1252', spanish],
    ['windows-1252', 'id,name\n1,René\n'],
    ['windows-1252', 'id,note\n1,don’t\n2,it’s – “fine”\n'],
    ['windows-1252', 'id,price\n1,5 €\n2,£3\n'],
    ['windows-1252', 'id;navn\n1;Åse Bjørnson\n2;Æble på øen\n'],
    ['windows-1252', 'id;nome\n1;João Conceição\n2;Avó Ângela\n'],
  ] as const)('%s: %j', (encoding, text) => {
    const found = detect(encodeText(text, encoding));
    expect(found).toMatchObject({ encoding, assumed: false });
    expect(found.evidence).toMatch(/^not UTF-8; .*\d+ characters beyond ASCII/);
  });

  it('sees through a bad byte here and there', () => {
    for (const encoding of ['shift_jis', 'euc-jp'] as const) {
      const bad = Buffer.concat([
        encodeText(japanese.replace('髙', '高'), encoding),
        Buffer.from([0x33, 0x2c, 0x84, 0x0a]),
      ]);
      expect(detect(bad).encoding).toBe(encoding);
    }
  });

  it('the samples', () => {
    const sample = readFileSync(join(import.meta.dirname, '../../../../samples/customers-shift-jis.csv'));
    expect(detect(sample).encoding).toBe('shift_jis');
    const rows = [...generateCustomers(500, 3, 'japanese')].map((row) => row.join(','));
    expect(detect(encodeShiftJis(rows.join('\n'))).encoding).toBe('shift_jis');
    expect(detect(encodeText(rows.join('\n'), 'euc-jp')).encoding).toBe('euc-jp');
  });

  it('with a character cut at the end of the sample', () => {
    const bytes = encodeShiftJis(japanese.repeat(20_000)).subarray(0, SAMPLE_BYTES);
    for (let cut = 0; cut < 4; cut++) {
      expect(detect(bytes.subarray(0, bytes.length - cut), false).encoding).toBe('shift_jis');
    }
  });
});

describe('is not guessed', () => {
  const chinese = '编号,姓名,地址\n1,王小明,北京市朝阳区建国路\n2,李娜,这是我们的中国公司在上海的地址\n';
  const korean = '번호,이름,주소\n1,김철수,서울특별시 강남구 테헤란로\n2,이영희,부산광역시 해운대구\n';
  const russian = 'номер,имя,адрес\n1,Иван Петров,Москва улица Ленина\n2,Анна Смирнова,Санкт-Петербург\n';
  const greek = 'αριθμός,όνομα\n1,Γιώργος Παπαδόπουλος\n2,Μαρία Νικολάου\n';
  const polish = 'nr,nazwa\n1,Łukasz Wiśniewski\n2,Zażółć gęślą jaźń\n3,Świętosława Brzęczyszczykiewicz\n';
  const czech = 'č,jméno\n1,Dvořák Žižka\n2,Příliš žluťoučký kůň úpěl ďábelské ódy\n';
  const turkish = 'no,ad\n1,Şükrü Ağaoğlu\n2,İsmail Işık\n3,Ayşe Yıldız\n';

  it.each([
    ['gb18030', chinese],
    ['big5', '編號,姓名\n1,王小明\n2,這是我們的公司在臺北的地址\n'],
    ['euc-kr', korean],
    ['windows-1251', russian],
    ['koi8-r', russian],
    ['windows-1253', greek],
    ['windows-1250', polish],
    ['windows-1250', czech],
    ['windows-1254', turkish],
    ['macintosh', 'id,nom\n1,Hélène\n2,Besançon\n3,août\n'],
    ['ibm866', russian],
  ])('%s', (encoding, text) => {
    expect(() => detect(encodeText(text, encoding))).toThrow(
      refused(/not UTF-8 \(first at byte \d+, line \d\), and could be/),
    );
  });

  it.each([
    ['random bytes', Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * i * 31 + i * 7 + 13) % 256))],
    ['a lone byte', Buffer.from([0x69, 0x64, 0x0a, 0xe9, 0x0a])],
  ])('%s', (_, bytes) => {
    expect(() => detect(bytes)).toThrow(
      refused('Save it as UTF-8, or set the import’s file.encoding to what it is'),
    );
  });

  it('ISO-2022-JP is named', () => {
    expect(() => detect(Buffer.from('id,\u001b$B8\\5R\u001b(B\n'))).toThrow(
      refused('ISO-2022-JP .* at byte 4'),
    );
  });
});

describe('an encoding that is declared', () => {
  it.each([
    ['windows-1252', 'id,name\n1,Müller\n'],
    ['windows-1250', 'id,name\n1,Paweł\n'],
    ['shift_jis', 'id,name\n1,佐藤さん\n'],
    ['euc-kr', '\ufeffid,name\n1,Ada\n'],
  ] as const)('%s is not that of UTF-8', (encoding, text) => {
    expect(() => assertNotUtf8(Buffer.from(text), true, encoding)).toThrow(refused('but the file is UTF-8'));
    const bytes = encodeText(text.replace('\ufeff', ''), encoding);
    expect(() => assertNotUtf8(bytes, true, encoding)).not.toThrow();
  });

  it('may be that of a word that is valid UTF-8 by chance', () => {
    expect(() => assertNotUtf8(encodeText('id\n慕\n', 'gbk'), true, 'gbk')).not.toThrow();
    expect(() =>
      assertNotUtf8(encodeText('id\nnepodmášťali\n', 'windows-1250'), true, 'windows-1250'),
    ).not.toThrow();
  });
});
