import { wordsOf } from './name-columns.ts';

const set = (text: string) => new Set(text.trim().split(/\s+/));

/** Digits called so are no numbers, whatever else the header says. */
const codes = set(`
  code codes cd zip plz cap cep cp eircode postal tel telephone phone mobile cell cellphone handy fax sku isbn issn
  ean gtin upc asin mpn iban bic swift ssn nif nie dni cif rfc curp imei iccid msisdn siret siren cpf cnpj npi naics
  fips cusip isin wkn sedol lei passport matricule pin blz vorwahl konto account acct serial tracking reference ref
  voucher coupon licence license plate postnr codice codigo kod`);
/** The same in compounds (`Kundennummer`, `zipcode`), and in other scripts. */
const codeEndings =
  /[a-z](?:nummer|nr|code|codes|kode|kod|leitzahl|telefon|phone|fax)$|^(?:telefono?|telefone|telefax)$/;
const otherScripts =
  /番号|コード|電話|携帯|郵便|ファックス|ファクス|品番|型番|编号|編號|编码|代码|代碼|邮编|郵遞|邮政|电话|電話|手机|传真|번호|코드|전화|우편|код|номер|индекс|телефон|артикул|инн|^n°|^nº|^№/i;
/** Numbers that tell things apart: a customer's, an invoice's. */
const numbers = set('no nr num number nummer numero');
/** Numbers that only count: the third line of a document. */
const counted = set(
  'line row seq sequence page lap position pos round week month day year quarter item level step',
);
const quantities = set(`
  count total qty quantity of percent ratio average avg sum amount stock population downloads views visits hits
  clicks votes menge anzahl quantite cantidad quantita units pieces people seats size`);
const amounts = set(`
  price amount cost costs total subtotal sum fee fees tax balance salary wage revenue sales turnover rate ratio
  percent weight discount income payment budget profit margin score length width height depth volume area
  temperature temp pressure distance speed debit credit
  preis betrag umsatz kosten summe gewicht saldo gehalt montant prix solde importe precio monto valor prezzo importo
  preco kwota cena`);
const otherAmounts = /金額|価格|単価|цена|сумма|金额|价格|가격|금액/;
const times =
  /date|day|birth|time|datum|fecha|created|updated|modified|日$|日付|日時|(?:^|_)(?:at|on|ts|epoch)$/i;

/** What a header says of its column's digits. */
export interface HeaderMeaning {
  /** A code or a number that tells things apart, such as a postal code: text, since zeros in front matter. */
  code: boolean;
  /** An `id`: a whole number, however it is written. */
  identifier: boolean;
  /** A bare number, such as `No.`, or one that counts lines. */
  counter: boolean;
  /** How many of something there are. */
  quantity: boolean;
  /** Money or a measure, which may get decimals. */
  amount: boolean;
  /** A day or a time. */
  time: boolean;
}

export function readHeaderWords(header: string): HeaderMeaning {
  const words = wordsOf(header);
  const last = words.findLast((word) => !/^\d+$/.test(word)) ?? '';
  const quantity = words.some((word) => quantities.has(word)) || words[0] === 'num';
  const counter = numbers.has(last) && (words.length === 1 || words.some((word) => counted.has(word)));
  const named =
    words.some((word) => codes.has(word) || codeEndings.test(word)) ||
    numbers.has(last) ||
    // January is a month, too.
    (words.includes('jan') && words.length > 1);
  return {
    code: !quantity && !counter && (named || otherScripts.test(header.normalize('NFKC'))),
    identifier: last === 'id' || last === 'pk',
    counter,
    quantity,
    amount: words.some((word) => amounts.has(word)) || otherAmounts.test(header.normalize('NFKC')),
    time: times.test(header.normalize('NFKC')) || times.test(words.join('_')),
  };
}
