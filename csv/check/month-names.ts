import type { DateSpelling } from '../../contract/definition/date-options.ts';

/** Full names and usual abbreviations, which may have a point behind them. */
const languages: Record<'en' | 'de' | 'fr' | 'es', string> = {
  en: 'january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|november nov|december dec',
  de: 'januar jänner jan jän|februar feber feb|märz maerz mär mrz|april apr|mai|juni jun|juli jul|august aug|september sept sep|oktober okt|november nov|dezember dez',
  fr: 'janvier janv jan|février fevrier févr fevr fév fev|mars mar|avril avr|mai|juin|juillet juil juill|août aout|septembre sept sep|octobre oct|novembre nov|décembre decembre déc dec',
  es: 'enero ene|febrero feb|marzo mar|abril abr|mayo may|junio jun|julio jul|agosto ago|septiembre setiembre sept sep set|octubre oct|noviembre nov|diciembre dic',
};

/** The names of each month, with its number from 1. */
export function monthNames(
  months: NonNullable<DateSpelling['months']>,
): [names: readonly string[], month: number][] {
  const names =
    typeof months === 'string' ? languages[months].split('|').map((each) => each.split(' ')) : months;
  return names.map((each, index) => [typeof each === 'string' ? [each] : each, index + 1]);
}
