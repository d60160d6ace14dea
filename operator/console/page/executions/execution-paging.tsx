import Pagination from '@cloudscape-design/components/pagination';
import type { ExecutionsFilter } from '../route.ts';
import { usePreferences } from '../settings/preferences.tsx';
import { navigate } from '../use-route.ts';

interface ExecutionPagingProps {
  filter: ExecutionsFilter;
  page: number;
  pages: number;
}

/** Leads to the list's other pages, each with an address of its own. */
export function ExecutionPaging({ filter, page, pages }: ExecutionPagingProps) {
  const { messages } = usePreferences();
  if (pages === 1) return null;
  return (
    <Pagination
      currentPageIndex={page}
      pagesCount={pages}
      ariaLabels={{ paginationLabel: messages.executions.pages }}
      onChange={({ detail }) => navigate({ page: 'executions', filter, number: detail.currentPageIndex })}
    />
  );
}
