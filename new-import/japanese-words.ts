/**
 * What the words of Japanese headers are in English: whole headers and the parts that they are made of, the longest
 * match first. Add yours; a header that is not covered whole becomes `column<number>`.
 */
const words: Record<string, string> = {
  // People and companies
  顧客: 'customer',
  得意先: 'customer',
  お客様: 'customer',
  会員: 'member',
  利用者: 'user',
  ユーザー: 'user',
  社員: 'employee',
  従業員: 'employee',
  担当者: 'contact person',
  担当: 'contact',
  代表者: 'representative',
  取引先: 'client',
  仕入先: 'supplier',
  納品先: 'ship to',
  届け先: 'ship to',
  配送先: 'ship to',
  請求先: 'bill to',
  会社: 'company',
  企業: 'company',
  法人: 'company',
  部署: 'department',
  部門: 'division',
  店舗: 'store',
  支店: 'branch',
  役職: 'job title',
  氏名: 'name',
  名前: 'name',
  お名前: 'name',
  名称: 'name',
  姓: 'last name',
  名字: 'last name',
  苗字: 'last name',
  フリガナ: 'name kana',
  ふりがな: 'name kana',
  カナ: 'kana',
  かな: 'kana',
  性別: 'gender',
  年齢: 'age',
  生年月日: 'birthday',
  誕生日: 'birthday',
  // Where and how to reach
  住所: 'address',
  所在地: 'address',
  郵便番号: 'postal code',
  都道府県: 'prefecture',
  市区町村: 'city',
  番地: 'street number',
  建物: 'building',
  国: 'country',
  電話番号: 'phone',
  電話: 'phone',
  携帯電話: 'mobile phone',
  携帯: 'mobile phone',
  メールアドレス: 'email',
  メール: 'email',
  eメール: 'email',
  ファックス: 'fax',
  ファクス: 'fax',
  // Goods and orders
  商品: 'product',
  製品: 'product',
  品目: 'item',
  品番: 'item number',
  品名: 'item name',
  型番: 'model number',
  規格: 'specification',
  カテゴリー: 'category',
  カテゴリ: 'category',
  分類: 'category',
  在庫: 'stock',
  倉庫: 'warehouse',
  単位: 'unit',
  単価: 'unit price',
  価格: 'price',
  定価: 'list price',
  原価: 'cost',
  数量: 'quantity',
  個数: 'quantity',
  数: 'count',
  重量: 'weight',
  注文: 'order',
  受注: 'order',
  発注: 'purchase order',
  売上: 'sales',
  販売: 'sales',
  仕入: 'purchase',
  購入: 'purchase',
  出荷: 'shipment',
  配送: 'delivery',
  納品: 'delivery',
  納期: 'delivery due',
  見積: 'quotation',
  契約: 'contract',
  伝票: 'slip',
  明細: 'line',
  行: 'row',
  // Money
  金額: 'amount',
  合計: 'total',
  小計: 'subtotal',
  税: 'tax',
  消費税: 'consumption tax',
  税率: 'tax rate',
  税抜: 'without tax',
  税込: 'with tax',
  送料: 'shipping fee',
  手数料: 'fee',
  割引: 'discount',
  残高: 'balance',
  請求: 'invoice',
  請求書: 'invoice',
  支払: 'payment',
  支払い: 'payment',
  入金: 'received payment',
  出金: 'paid',
  与信限度額: 'credit limit',
  通貨: 'currency',
  銀行: 'bank',
  口座: 'account',
  給与: 'salary',
  ポイント: 'points',
  額: 'amount',
  // When
  日付: 'date',
  日時: 'at',
  日: 'date',
  年月日: 'date',
  年月: 'year month',
  年度: 'fiscal year',
  年: 'year',
  月: 'month',
  時刻: 'time',
  時間: 'time',
  期限: 'deadline',
  期間: 'period',
  開始: 'start',
  終了: 'finish',
  登録: 'registered',
  作成: 'created',
  更新: 'updated',
  変更: 'changed',
  削除: 'deleted',
  入社: 'joined',
  入会: 'joined',
  退会: 'left',
  有効: 'valid',
  最終: 'last',
  // Everything else
  一覧: 'list',
  リスト: 'list',
  マスタ: 'master',
  マスター: 'master',
  データ: 'data',
  番号: 'number',
  コード: 'code',
  名: 'name',
  連番: 'serial number',
  区分: 'kind',
  種別: 'kind',
  種類: 'kind',
  状態: 'status',
  状況: 'status',
  ステータス: 'status',
  フラグ: 'flag',
  件名: 'subject',
  タイトル: 'title',
  内容: 'content',
  説明: 'description',
  詳細: 'details',
  備考: 'notes',
  メモ: 'memo',
  コメント: 'comment',
  理由: 'reason',
  摘要: 'summary',
  評価: 'rating',
  順位: 'rank',
  割合: 'ratio',
  率: 'rate',
  写真: 'photo',
  画像: 'image',
  の: '',
  お: '',
  ご: '',
  方法: 'method',
  及び: 'and',
  と: 'and',
};

/** Wherever a whole header means something else than its parts. */
const wholes: Record<string, string> = {
  名: 'first name',
  顧客名: 'name',
  日数: 'days',
  ユーザー: 'user account',
  利用者: 'user account',
  注文: 'orders',
};

const longestFirst = Object.keys(words).sort((a, b) => b.length - a.length);

/** A header's words in English, of NFKC text in lower case; null where a part of it is not known. */
export function translateJapanese(header: string): string | null {
  const whole = wholes[header];
  if (whole !== undefined) return whole;
  const found: string[] = [];
  for (let rest = header; rest !== ''; ) {
    const other = /^[ -~\s、。・「」【】〔〕ー]+/.exec(rest)?.[0];
    const word = longestFirst.find((each) => rest.startsWith(each));
    const kana = /^[ぁ-ゖァ-ヺー]+/.exec(rest)?.[0];
    if (word !== undefined && (kana === undefined || word.length >= kana.length || !isKana(word))) {
      found.push(words[word]!);
      rest = rest.slice(word.length);
    } else if (kana !== undefined) {
      found.push(toRomaji(kana));
      rest = rest.slice(kana.length);
    } else if (other !== undefined) {
      found.push(other);
      rest = rest.slice(other.length);
    } else return null;
  }
  return found.join(' ');
}

/** A word of kana is not looked for inside a longer one: there is no カナ in カナダ. */
function isKana(word: string): boolean {
  return /^[ぁ-ゖァ-ヺー]+$/.test(word);
}

const syllables: Record<string, string> = Object.fromEntries(
  `あa いi うu えe おo かka きki くku けke こko さsa しshi すsu せse そso たta ちchi つtsu てte とto
  なna にni ぬnu ねne のno はha ひhi ふfu へhe ほho まma みmi むmu めme もmo やya ゆyu よyo
  らra りri るru れre ろro わwa ゐi ゑe をo んn がga ぎgi ぐgu げge ごgo ざza じji ずzu ぜze ぞzo
  だda ぢji づzu でde どdo ばba びbi ぶbu べbe ぼbo ぱpa ぴpi ぷpu ぺpe ぽpo ゔvu
  ぁa ぃi ぅu ぇe ぉo ゃya ゅyu ょyo ゎwa
  きゃkya きゅkyu きょkyo しゃsha しゅshu しょsho ちゃcha ちゅchu ちょcho にゃnya にゅnyu にょnyo
  ひゃhya ひゅhyu ひょhyo みゃmya みゅmyu みょmyo りゃrya りゅryu りょryo ぎゃgya ぎゅgyu ぎょgyo
  じゃja じゅju じょjo びゃbya びゅbyu びょbyo ぴゃpya ぴゅpyu ぴょpyo
  ふぁfa ふぃfi ふぇfe ふぉfo てぃti でぃdi しぇshe じぇje ちぇche うぃwi うぇwe うぉwo ゔぁva ゔぃvi ゔぇve ゔぉvo`
    .trim()
    .split(/\s+/)
    .map((entry) => [entry.replace(/[a-z]+/, ''), entry.replace(/[^a-z]+/, '')]),
);

/** Kana in the Hepburn way; long vowels are written as short ones. */
export function toRomaji(kana: string): string {
  const hiragana = kana.replace(/[ァ-ヶ]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0x60));
  let romaji = '';
  let doubled = false;
  for (let at = 0; at < hiragana.length; ) {
    const two = syllables[hiragana.slice(at, at + 2)];
    const syllable = two ?? syllables[hiragana[at]!];
    if (syllable === undefined) {
      doubled = hiragana[at] === 'っ';
      at++;
      continue;
    }
    romaji += (doubled ? syllable[0]!.replace('c', 't') : '') + syllable;
    doubled = false;
    at += two === undefined ? 1 : 2;
  }
  return romaji;
}
