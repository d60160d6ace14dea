import { useEffect, useRef } from 'react';
import type { Route } from '../route.ts';

/** The id of each page's headline. */
export const HEADLINE = 'headline';

/** Puts the focus on the page's headline, as a link does that loads a new page. */
export function focusHeadline(): void {
  const headline = document.getElementById(HEADLINE);
  headline?.focus();
  headline?.scrollIntoView({ block: 'nearest' });
}

/** Moves the focus to the headline when another page is shown; a change of filters leaves it where it is. */
export function useFocusOnNavigation(route: Route): void {
  const place = route.page === 'execution' ? `execution/${route.name}` : route.page;
  const last = useRef(place);
  useEffect(() => {
    if (last.current === place) return;
    last.current = place;
    window.scrollTo(0, 0);
    focusHeadline();
  }, [place]);
}
