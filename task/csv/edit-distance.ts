/** How many characters must be added, left out or changed to make one text the other (Levenshtein). */
export function editDistance(left: string, right: string): number {
  const a = [...left];
  const b = [...right];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, character] of a.entries()) {
    const current = [row + 1];
    for (const [column, other] of b.entries()) {
      const changed = above[column]! + (character === other ? 0 : 1);
      current.push(Math.min(changed, above[column + 1]! + 1, current[column]! + 1));
    }
    above = current;
  }
  return above[b.length]!;
}
