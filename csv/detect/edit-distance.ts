/**
 * How many characters must be added, left out, changed or swapped with their neighbour to make one text the other
 * (optimal string alignment).
 */
export function editDistance(left: string, right: string): number {
  const a = [...left];
  const b = [...right];
  let twoAbove: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, character] of a.entries()) {
    const current = [row + 1];
    for (const [column, other] of b.entries()) {
      const changed = above[column]! + (character === other ? 0 : 1);
      const swapped =
        row > 0 && column > 0 && character === b[column - 1] && a[row - 1] === other
          ? twoAbove[column - 1]! + 1
          : Number.POSITIVE_INFINITY;
      current.push(Math.min(changed, swapped, above[column + 1]! + 1, current[column]! + 1));
    }
    twoAbove = above;
    above = current;
  }
  return above[b.length]!;
}
