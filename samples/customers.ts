import { Random } from './random.ts';

/** One line of a customer list, in the order of {@link headers}; every value is text, empty where there is none. */
export type CustomerRow = [
  customerId: string,
  name: string,
  email: string,
  phone: string,
  address: string,
  birthday: string,
  creditLimit: string,
  registeredAt: string,
  notes: string,
];

export const headers = [
  'customer_id',
  'name',
  'email',
  'phone',
  'address',
  'birthday',
  'credit_limit',
  'registered_at',
  'notes',
];
export const japaneseHeaders = [
  '顧客番号',
  '顧客名',
  'メールアドレス',
  '電話番号',
  '住所',
  '生年月日',
  '与信限度額',
  '登録日時',
  '備考',
];

const families = [
  ['佐藤', 'sato'],
  ['鈴木', 'suzuki'],
  ['髙橋', 'takahashi'],
  ['田中', 'tanaka'],
  ['渡邊', 'watanabe'],
  ['伊藤', 'ito'],
  ['山本', 'yamamoto'],
  ['中村', 'nakamura'],
  ['小林', 'kobayashi'],
  ['加藤', 'kato'],
] as const;
const givens = [
  ['陽葵', 'himari'],
  ['蓮', 'ren'],
  ['葵', 'aoi'],
  ['湊', 'minato'],
  ['さくら', 'sakura'],
  ['大翔', 'hiroto'],
  ['ひかり', 'hikari'],
  ['健一', 'kenichi'],
] as const;
const westernNames = [
  ['Ada', 'Lovelace'],
  ['Grace', 'O’Hara'],
  ['José', 'García'],
  ['Zoë', 'Müller'],
  ['Seán', "O'Brien"],
  ['Anaïs', 'Lefèvre'],
  ['Łukasz', 'Nowak'],
  ['John', 'Smith, Jr.'],
  ['William "Bill"', 'Johnson'],
  ['Ingrid', 'Sørensen'],
] as const;
const japaneseAddresses = [
  '東京都千代田区丸の内1丁目',
  '大阪府大阪市北区梅田3-1-1',
  '北海道札幌市中央区北5条西2丁目',
  '福岡県福岡市博多区博多駅中央街1-1',
  '京都府京都市下京区東塩小路町',
];
const westernAddresses = [
  '12 Rue de l’Église, 75004 Paris',
  '1600 Amphitheatre Pkwy, Mountain View, CA',
  'Königsallee 27, 40212 Düsseldorf',
  'Apt 4B\n221 Baker Street\nLondon',
  'Calle Mayor 5, 28013 Madrid',
];
const notes = [
  'VIP',
  'Prefers "email" over phone',
  'Called twice, left a message',
  'First line\nSecond line, with a comma',
  '担当：営業2課。請求書は郵送、月末締め',
  'Said: ""never again""',
  ' leading and trailing spaces ',
  '=SUM(A1:A9) is only text here',
];
const japaneseNotes = [
  '担当：営業2課',
  '請求書は郵送',
  '月末締め、翌月払い',
  '「至急」の連絡あり',
  '①優先 ②要確認',
];

/** `count` customers, numbered from `firstId`; the same for the same seed. */
export function* generateCustomers(
  count: number,
  seed: number,
  script: 'mixed' | 'japanese' = 'mixed',
): Generator<CustomerRow> {
  const random = new Random(seed);
  for (let id = 1; id <= count; id++) {
    const japanese = script === 'japanese' || random.chance(0.5);
    const [name, mailbox] = japanese ? japaneseName(random) : westernName(random);
    yield [
      String(id),
      name,
      `${mailbox}${id}@example.${random.pick(['com', 'jp', 'org'])}`,
      random.chance(0.2)
        ? ''
        : `0${random.between(3, 90)}-${random.between(1000, 9999)}-${random.between(1000, 9999)}`,
      random.chance(0.1) ? '' : `${random.pick(japanese ? japaneseAddresses : westernAddresses)}`,
      random.chance(0.15) ? '' : day(random, 1940, 2007),
      (random.between(0, 500_000_00) / 100).toFixed(2),
      `${day(random, 2015, 2026)}T${clock(random)}${random.pick(['Z', '+09:00', '+02:00'])}`,
      random.chance(0.6) ? '' : random.pick(script === 'japanese' ? japaneseNotes : notes),
    ];
  }
}

function japaneseName(random: Random): [string, string] {
  const [family, familyRead] = random.pick(families);
  const [given, givenRead] = random.pick(givens);
  return [`${family} ${given}`, `${givenRead}.${familyRead}`];
}

function westernName(random: Random): [string, string] {
  const [given, family] = random.pick(westernNames);
  const read = `${given}.${family}`
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z.]/g, '');
  return [`${given} ${family}`, read.replaceAll(/\.+/g, '.').replace(/\.$/, '')];
}

function day(random: Random, firstYear: number, lastYear: number): string {
  return `${random.between(firstYear, lastYear)}-${pad(random.between(1, 12))}-${pad(random.between(1, 28))}`;
}

function clock(random: Random): string {
  return `${pad(random.between(0, 23))}:${pad(random.between(0, 59))}:${pad(random.between(0, 59))}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
