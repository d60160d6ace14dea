import type { ExecutionHead } from '../../api.ts';

/** Which executions of a list are selected, by their names. */
export interface Selection {
  selected: readonly string[];
  onSelect: (names: readonly string[]) => void;
}

/** What a list of Cloudscape's takes: only what has ended badly can be selected, to be redriven. */
export function selectionProps<T extends ExecutionHead>(
  executions: readonly T[],
  { selected, onSelect }: Selection,
) {
  return {
    selectionType: 'multi' as const,
    selectedItems: executions.filter(({ name }) => selected.includes(name)),
    isItemDisabled: ({ status }: T) => !/^(FAILED|TIMED_OUT|ABORTED)$/.test(status),
    onSelectionChange: ({ detail }: { detail: { selectedItems: readonly T[] } }) =>
      onSelect(detail.selectedItems.map(({ name }) => name)),
  };
}
