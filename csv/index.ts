/**
 * Bytes to checked rows: what the other folders may use of the package. A file is opened ({@link openFile}, or
 * {@link openText} where no import knows its columns yet), and its body is scanned ({@link createScanner}).
 */
export { type ByteStream, cut, measure, skip } from './byte-stream.ts';
export type { Characters } from './check/check-repertoire.ts';
export { countCharacters } from './check/check-text.ts';
export { fieldCheckFor } from './check/field-check.ts';
export { checkDefinition } from './check-definition.ts';
export { createScanner, SCANNED_BYTES } from './create-scanner.ts';
export { SAMPLE_BYTES } from './detect/detect-encoding.ts';
export { encodingNames } from './detect/encoding-names.ts';
export { type FoundDelimiter, findDelimiter } from './detect/find-delimiter.ts';
export { readHeader } from './detect/header.ts';
export { describeDelimiter, mapHeader, withoutInvisible } from './detect/map-header.ts';
export { type CsvForm, type OpenedFile, openFile } from './open-file.ts';
export { type OpenedText, openText } from './open-text.ts';
export { type RowValue, resolveMarks, resolveValues, type ValueContext } from './row-values.ts';
export { type Dialect, dialectOf, nothingDeclared, plainDialect } from './scan/dialect.ts';
export { isNullWhenQuotedEmpty, isTextWhenEmpty } from './scan/scan-columns.ts';
export { type Cut, type RefuseRow, type Reject, type RejectError, Scanner } from './scan/scanner.ts';
export type { CopyFormat } from './scan/scanner-options.ts';
export { transformFor } from './transform/transform.ts';
export { excelTextTransform, zeroWidthTransform } from './transform/transform-invisible.ts';
export { fullWidthTransform, trimTransform } from './transform/transform-text.ts';
