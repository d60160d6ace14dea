import { describe, expect, it } from 'vitest';
import { toRomaji } from '../../../new-import/japanese-words.ts';
import { nameColumns, nameFrom } from '../../../new-import/name-columns.ts';
import { nameImport } from '../../../new-import/name-import.ts';

const names = (...headers: string[]) => nameColumns(headers).map(({ name }) => name);

describe('the name of a column', () => {
  it.each([
    ['customer_id', 'customer_id', 'customerId'],
    ['Customer ID', 'customer_id', 'customerId'],
    ['customerID', 'customer_id', 'customerId'],
    ['customerId', 'customer_id', 'customerId'],
    ['HTTPStatus', 'http_status', 'httpStatus'],
    ['E-Mail', 'e_mail', 'eMail'],
    ['  Unit price (EUR)  ', 'unit_price_eur', 'unitPriceEur'],
    ['Straße', 'strasse', 'strasse'],
    ['Prénom', 'prenom', 'prenom'],
    ['Order #', 'order_number', 'orderNumber'],
    ['Tax %', 'tax_percent', 'taxPercent'],
    ['2024', 'column_2024', 'column2024'],
    ['ＮＡＭＥ', 'name', 'name'],
    ['order', 'order_value', 'orderValue'],
    ['constructor', 'constructor_value', 'constructorValue'],
    ['xmin', 'xmin_value', 'xminValue'],
    ['Имя', 'column1', 'column1'],
    ['💰', 'column1', 'column1'],
    ['顧客番号', 'customer_number', 'customerNumber'],
    ['顧客ID', 'customer_id', 'customerId'],
    ['氏名', 'name', 'name'],
    ['氏名（フリガナ）', 'name_name_kana', 'nameNameKana'],
    ['住所1', 'address_1', 'address1'],
    ['電話番号', 'phone', 'phone'],
    ['メールアドレス', 'email', 'email'],
    ['ﾒｰﾙｱﾄﾞﾚｽ', 'email', 'email'],
    ['生年月日', 'birthday', 'birthday'],
    ['金額(税込)', 'amount_with_tax', 'amountWithTax'],
    ['数量', 'quantity', 'quantity'],
    ['日付', 'date', 'date'],
    ['備考', 'notes', 'notes'],
    ['注文日', 'order_date', 'orderDate'],
    ['登録日時', 'registered_at', 'registeredAt'],
    ['お届け先住所', 'ship_to_address', 'shipToAddress'],
    ['商品コード', 'product_code', 'productCode'],
    ['仕入先名', 'supplier_name', 'supplierName'],
    ['ランク', 'ranku', 'ranku'],
    ['カナダ', 'kanada', 'kanada'],
    ['謎の項目', 'column1', 'column1'],
  ])('%s: %s', (header, name, property) => {
    expect(nameColumns([header])).toEqual([{ name, property }]);
  });

  it('is no other column’s, nor its header', () => {
    expect(names('Name', 'NAME', 'name')).toEqual(['name_2', 'name_3', 'name']);
    expect(names('Customer ID', 'customer_id')).toEqual(['customer_id_2', 'customer_id']);
    expect(names('address 1', 'address1')).toEqual(['address_1_2', 'address1']);
    expect(names('謎', '名前', '謎々')).toEqual(['column1', 'name', 'column3']);
  });

  it('is short, and yet its own', () => {
    const long = names(`${'very '.repeat(20)}long`, `${'very '.repeat(20)}longer`);
    expect(new Set(long).size).toBe(2);
    for (const name of long) expect(name.length).toBeLessThanOrEqual(40);
  });
});

it.each([
  ['トウキョウ', 'toukyou'],
  ['がっこう', 'gakkou'],
  ['マッチ', 'matchi'],
  ['しゃしん', 'shashin'],
  ['サーバー', 'saba'],
  ['フォーム', 'fomu'],
])('%s in romaji is %s', (kana, romaji) => expect(toRomaji(kana)).toBe(romaji));

it('a name for an import is made of a file’s', () => {
  expect(nameFrom('Customer List', '-')).toBe('customer-list');
  expect(nameFrom('受注明細', '-')).toBe('order-line');
  expect(nameFrom('謎', '-')).toBe('');
});

describe('the name of an import has nothing of its file that the next one has differently', () => {
  it.each([
    ['orders.csv', 'orders'],
    ['orders-2026-11.csv', 'orders'],
    ['orders_20261130.csv', 'orders'],
    ['orders20261130.csv', 'orders'],
    ['20261130_orders.csv', 'orders'],
    ['2026-11-30 orders.tsv', 'orders'],
    ['Orders 30.11.2026.csv', 'orders'],
    ['orders-11-30-2026.csv.gz', 'orders'],
    ['export-2026-11-29T10-00.csv', 'export'],
    ['export-2026-11-29T10:00:00Z.csv', 'export'],
    ['export 2026-11-29 10.00.00.csv', 'export'],
    ['export_20261129100000.csv', 'export'],
    ['sales_2026_tokyo.csv', 'sales-tokyo'],
    ['sales-Q3-2026.csv', 'sales'],
    ['sales 2026Q3.csv', 'sales'],
    ['sales-2026-W48.csv', 'sales'],
    ['sales FY2026.csv', 'sales'],
    ['sales_nov_2026.csv', 'sales'],
    ['Umsatz Dezember 2026.csv', 'umsatz'],
    ['30-Nov-2026 sales.csv', 'sales'],
    ['顧客一覧_2026年11月.csv', 'customer-list'],
    ['顧客一覧（2026年11月29日）.csv', 'customer-list'],
    ['売上_令和8年11月分.csv', 'sales'],
    ['2026年度売上.csv', 'sales'],
    ['売上11月.csv', 'sales'],
    ['売上 (1).csv', 'sales'],
    ['売上 - コピー.csv', 'sales'],
    ['受注明細_最終版.csv', 'order-line'],
    ['Copy of orders.csv', 'orders'],
    ['orders - Copy (2).csv', 'orders'],
    ['orders_final.csv', 'orders'],
    ['orders_final_v2.csv', 'orders'],
    ['orders_v2.1.csv', 'orders'],
    ['orders (final).csv', 'orders'],
    ['customerOrders-3f2504e0-4f89-11d3-9a0c-0305e82c3301.csv', 'customer-orders'],
    ['final-exams.csv', 'final-exams'],
    ['version.csv', 'version'],
    ['may-day.csv', 'may-day'],
    ['form-1099.csv', 'form'],
  ])('%s: %s', (file, name) => expect(nameImport(`/some/folder/${file}`, {}).name).toBe(name));

  it.each(['2026.csv', '2026-11.csv', '(1).csv', '謎.csv'])('%s has none', (file) => {
    expect(() => nameImport(file, {})).toThrow(/say one with --name/);
  });
});
