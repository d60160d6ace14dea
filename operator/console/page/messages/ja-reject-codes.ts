import type { RejectCode } from '../../../../contract/reject-codes.ts';

/** Why a row was rejected, in Japanese: what `contract/reject-codes.ts` says of each code. */
export const rejectCodesInJapanese: Record<RejectCode, string> = {
  stray_quote: '引用符で囲まれていない値の途中に引用符があるか、閉じ引用符の後に文字があります',
  unterminated_quote: '引用符が閉じられていません',
  invalid_escape:
    'バックスラッシュの後に、MySQL も PostgreSQL も書き出さない英数字があるか、値がバックスラッシュで終わっています',
  wrong_field_count: '値の数がヘッダーの列数と一致しません',
  row_too_large: '行が上限より大きくなっています',
  nul_byte: 'PostgreSQL に保存できない NUL バイトが含まれています',
  invalid_encoding: 'ファイルの文字コードとして正しくないバイトが含まれています',
  not_in_database_encoding: 'データベースの文字コードにない文字が含まれています',
  missing_value: '値が必要です',
  too_long: '列の長さを超えています',
  invalid_integer: '整数ではありません',
  invalid_number: '数値ではありません',
  leading_zeros:
    '先頭のゼロは数値にすると失われます。列を text にするか、leadingZeros: "drop" を指定してください',
  out_of_range: '列の型で扱える範囲を超えています',
  too_precise: '小数点以下の桁数が列の桁数を超えています',
  invalid_boolean: '真偽値 (true/false、t/f、yes/no、y/n、on/off、1/0) ではありません',
  invalid_date: '日付 (YYYY-MM-DD) ではありません',
  invalid_time: '時刻 (HH:MM:SS) ではありません',
  invalid_timestamp: '日時 (YYYY-MM-DD HH:MM:SS、T 区切りも可) ではありません',
  time_zone_missing: 'タイムゾーン (Z または +09:00) が必要です',
  time_zone_unexpected: 'タイムゾーンは指定できません',
  invalid_interval: '期間 (1 day 02:30:00、P1DT2H30M) ではありません',
  invalid_uuid: 'UUID ではありません',
  invalid_json: '正しい JSON ではありません',
  invalid_bits: '列の桁数と同じ数の 0 と 1 ではありません',
  invalid_array: '配列 ({1,2,3}、{"a","b"}) ではありません',
  not_in_list: '許可されている値のいずれでもありません',
  rule_violated: '取り込み定義のルールを満たしていません',
  parse_failed: '取り込み定義の parse 関数がこの値を受け付けませんでした',
  duplicate_key: '同じキーの行がファイルのより前にあります',
  constraint_violated: 'データベースの制約によって拒否されました',
  database_refused: 'データベースが値を読み取れません',
};
