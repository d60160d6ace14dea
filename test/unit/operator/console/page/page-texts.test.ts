import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tokens from '@cloudscape-design/design-tokens';
import { describe, expect, it } from 'vitest';
import { languages } from '../../../../../operator/console/page/messages/messages.ts';

const page = join(import.meta.dirname, '../../../../../operator/console/page');

/** Texts by their paths; of those that are made with others, what is made with these names. */
function texts(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, value('«a»', '«b»')]];
  return Object.entries(value as object).flatMap(([name, part]) => texts(part, `${path}.${name}`));
}

describe('the page’s texts', () => {
  const [en, ja] = [new Map(texts(languages.en.messages)), new Map(texts(languages.ja.messages))];

  it('are the same in both languages, with the same values in them', () => {
    expect([...ja.keys()].sort()).toEqual([...en.keys()].sort());
    const valuesIn = (text: string) => [...new Set(text.match(/«.»/g))].sort();
    const different = [...en].filter(([path, text]) => {
      return JSON.stringify(valuesIn(text)) !== JSON.stringify(valuesIn(ja.get(path)!));
    });
    expect(different).toEqual([]);
  });

  it('keep commands and file names as they are', () => {
    const namesIn = (text: string) => [
      ...new Set(text.match(/`[^`]+`|\b\w+\.(csv|md)\b|\b(maxBytes|maxRatio)\b/g)),
    ];
    const different = [...en].filter(([path, text]) => {
      return namesIn(text).toSorted().join() !== namesIn(ja.get(path)!).toSorted().join();
    });
    expect(different).toEqual([]);
  });

  it('in Japanese are Japanese, but for names', () => {
    const untranslated = [...ja].filter(
      ([path, text]) => text === en.get(path) && !['.none', '.failure.title'].includes(path),
    );
    expect(untranslated).toEqual([]);
  });
});

describe('the page’s colours', () => {
  it('are tokens that the components know: both packages are of the same build', () => {
    const styles = readFileSync(
      join(page, '../../../node_modules/@cloudscape-design/components/internal/generated/styles/tokens.js'),
      'utf8',
    );
    const used = readdirSync(page, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .flatMap((name) => readFileSync(join(page, name), 'utf8').match(/\b(color|fontFamily)[A-Z]\w+/g) ?? []);
    const variables = new Map(Object.entries(tokens) as [string, string][]);
    const names = [...new Set(used)].filter((name) => variables.has(name));
    expect(names.length).toBeGreaterThan(10);
    const unknown = names.filter((name) => {
      const variable = /--[\w-]+/.exec(variables.get(name)!)![0];
      return !styles.includes(variable);
    });
    expect(unknown).toEqual([]);
  });
});
