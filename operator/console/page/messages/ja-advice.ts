import type { FailureName } from '../../../../contract/failures.ts';

/** What to do about each failure, in Japanese: what `contract/failures.ts` advises. */
export const adviceInJapanese: Record<FailureName, string> = {
  UploadOutsidePrefix:
    'いずれかの取り込み定義のプレフィックスの下にアップロードするか、このプレフィックスの取り込み定義を imports/ に追加してください。',
  UnsupportedExtension:
    'ファイルを CSV として保存し、メッセージに示された拡張子のいずれかでアップロードしてください。',
  KeyMismatch:
    'メッセージに示された形式に合うキーでアップロードするか、取り込み定義の key を修正してください。',
  UploadValuesInvalid:
    'メッセージに示されたキーとメタデータを付けて、もう一度アップロードしてください。アプリケーションは、これらを URL と一緒に署名します。',
  EmptyUpload: 'ファイルに内容がありません。エクスポートし直して、もう一度アップロードしてください。',
  UploadTooLarge:
    'ファイルを分割するか、取り込み定義の file.maxBytes (または file.maxRatio) を大きくしてください。',
  UploadGone: '読み取る前にオブジェクトが削除されました。ファイルをもう一度アップロードしてください。',
  UploadChanged:
    '読み取る前にオブジェクトが上書きされました。新しいアップロードは別の実行で処理されるため、操作は必要ありません。',
  UndecodableFile:
    'ファイルを UTF-8 で保存してもう一度アップロードするか、取り込み定義の文字コードをファイルに合わせてください。',
  HeaderInvalid:
    'メッセージに従ってファイルのヘッダーを修正し、もう一度アップロードするか、ヘッダーの位置を取り込み定義の file で指定してください。',
  RowsRejected:
    '何も取り込まれていません。errors.csv を確認し、ファイルの該当する行 (rows.csv にはその行だけが入っています) を修正して、もう一度アップロードしてください。',
  ConstraintViolated:
    'errors.csv に示された行は、メッセージにあるデータベースの制約によって拒否されました。行を修正して、ファイルをもう一度アップロードしてください。何も取り込まれていませんが、バッチで確定する取り込みでは、それまでのバッチは取り込まれたままです。',
  RowsLeftOut:
    'ほかの行はすべてバッチで取り込まれました。errors.csv を確認し、rows.csv の行を修正して、ファイル全体ではなく rows.csv だけをアップロードしてください。',
  ImporterRefused:
    'インポーターのログで、拒否された内容と理由を確認してください。ファイルを修正して、もう一度アップロードしてください。',
  DatabaseUnavailable:
    'データベースが稼働していること、インポーターから接続できること、空き容量があることを確認してから、再実行 (redrive) してください。',
  DatabaseConflict:
    '別のトランザクションと競合しました (デッドロック、ロック、または直列化の失敗)。再実行 (redrive) してください。',
  RunLocked: '別の試行が同じキーを取り込んでいます。終わるのを待ってから、再実行 (redrive) してください。',
  StorageUnavailable: 'S3 に接続できないか、接続が切れました。再実行 (redrive) してください。',
  UploadTruncated:
    'S3 から届いたバイト数がオブジェクトのサイズと一致しません。再実行 (redrive) してください。',
  ImporterPostponed:
    'インポーターが後で起動し直すよう求めました。ログを確認し、待っている原因を解消してから、再実行 (redrive) してください。',
  ImporterStopped:
    'インポーターに停止が指示されました (デプロイ、スポットの中断、または手動)。行が失われたり重複したりすることはありません。再実行 (redrive) してください。',
  ImporterKilled:
    'インポーターが強制終了されました。多くの場合はメモリ不足です。再実行 (redrive) し、再び発生する場合はタスクのメモリを増やしてください。',
  TaskNotStarted:
    'ECS がインポーターを起動できませんでした。停止理由 (イメージ、ネットワーク、キャパシティ) を確認して解消し、再実行 (redrive) してください。',
  LockWaitTimeout:
    'メッセージに示されたセッションが何をしているか確認してください。そのセッションを終了するか、終わるのを待ってから、再実行 (redrive) してください。それだけの時間がかかってよい場合は、取り込み定義の lockWaitMinutes を大きくしてください。',
  RunTimedOut:
    'インポーターが制限時間を超えました。制限時間を延ばすかファイルを分割してから、再実行 (redrive) してください。',
  DatabaseMisconfigured:
    'メッセージに従って、インポーターのデータベース接続設定またはデータベース側の上限を修正してから、再実行 (redrive) してください。',
  AccessDenied: 'メッセージに示された権限をインポーターに付与してから、再実行 (redrive) してください。',
  StepFailed:
    '取り込み定義の before または after の処理、またはその前提を修正してデプロイし、実行を再ドライブしてください。この実行の内容は、それ以前のバッチを除き、コミットされていません。',
  TargetTableMismatch: '対象のテーブルと取り込み定義を一致させてから、再実行 (redrive) してください。',
  DefinitionInvalid:
    'メッセージに従って imports/ の取り込み定義を修正し、デプロイしてから、再実行 (redrive) してください。',
  EventInvalid:
    '入力が S3 の「Object Created」イベントではありません。正しいイベントで実行を開始するか、ルールを修正してください。',
  CountsDisagree:
    'インポーターと PostgreSQL の行数が一致しないため、何もコミットされていません。行を捨てるトリガーがテーブルにあるとこの失敗が起こります。そうでない場合は不具合ですので、メッセージを添えて報告してください。',
  UnexpectedError:
    '不具合または設定の誤りです。インポーターのログを確認して修正してから、再実行 (redrive) してください。',
};
