/** What stands beside the digits of a number. */
export interface NumberSigns {
  /** Digits and what separates them, with `-` in front where the number is below zero; empty: a dash stands there. */
  bare: string;
  currency: string | null;
  percent: boolean;
  /** How 1 would be written so, such as `(1)`; null: not below zero, or with a hyphen in front. */
  negative: string | null;
}

/** Signs of currencies, those that begin with others first. */
const currencies = [
  ...[
    'US$',
    'CA$',
    'AU$',
    'A$',
    'C$',
    'HK$',
    'NT$',
    'NZ$',
    'S$',
    'R$',
    'MX$',
    '$',
    '€',
    '£',
    '¥',
    '￥',
    '₩',
    '₹',
  ],
  ...['₽', '₺', '₴', '₫', '฿', '₱', '₪', '₦', '₡', '₲', '₸', '₼', '₾', '¢', '円', '元', '원'],
  ...[
    'USD',
    'EUR',
    'GBP',
    'JPY',
    'CHF',
    'CAD',
    'AUD',
    'CNY',
    'KRW',
    'INR',
    'SEK',
    'NOK',
    'DKK',
    'PLN',
    'CZK',
  ],
  ...['HUF', 'RON', 'BRL', 'MXN', 'RUB', 'TRY', 'zł', 'Kč', 'Ft', 'kr', 'lei', 'руб.', 'руб'],
];
const minus = '\u2212';
const spaces = /^[ \u00a0\u202f\u3000]+|[ \u00a0\u202f\u3000]+$/g;

/** Takes the signs off a number; null: there are none, or what is left is no number. */
export function takeSigns(text: string): NumberSigns | null {
  let rest = text.replace(spaces, '');
  let [before, behind] = ['', ''];
  let currency: string | null = null;
  let percent = false;
  for (let from = ''; from !== rest; ) {
    from = rest;
    const sign = currencies.find((each) => rest.startsWith(each) || rest.endsWith(each));
    if (sign !== undefined && currency === null) {
      currency = sign;
      rest = rest.startsWith(sign) ? rest.slice(sign.length) : rest.slice(0, -sign.length);
    } else if (!percent && /[%％]$/.test(rest)) {
      percent = true;
      rest = rest.slice(0, -1);
    } else if (before === '' && /^[-(▲△]/.test(rest.replace(minus, '-'))) {
      before = rest[0]!;
      rest = rest.slice(1);
    } else if (behind === '' && /[-)]$/.test(rest.replace(minus, '-'))) {
      behind = rest.at(-1)!;
      rest = rest.slice(0, -1);
    }
    rest = rest.replace(spaces, '');
  }
  if (rest === '' && before + behind === '-' && currency !== null) {
    return { bare: '', currency, percent, negative: null };
  }
  if (!/^(?:\d|[.,]\d)(?:.*\d)?[.,]?$/.test(rest) || /[^\d.,'’ \u00a0\u202f]/.test(rest)) return null;
  const negative = readNegative(before, behind);
  if (negative === undefined || (currency === null && !percent && negative === null)) return null;
  const below = negative !== null || before === '-';
  return { bare: below ? `-${rest}` : rest, currency, percent, negative };
}

/** Undefined: the signs do not belong together. */
function readNegative(before: string, behind: string): string | null | undefined {
  if (before + behind === '') return null;
  if (before === '-' && behind === '') return null;
  if (before === '(' ? behind === ')' : (before === '') !== (behind === '') && behind !== ')') {
    return `${before}1${behind}`;
  }
  return undefined;
}
