import { useEffect, useState } from 'react';
import { hrefOf, parseRoute, type Route } from './route.ts';

/** Goes there, as a click on a link does: it can be gone back from. */
export function navigate(route: Exclude<Route, { page: 'unknown' }>): void {
  window.location.hash = hrefOf(route);
}

/** Goes there in the place of where it is: one step back leads to where it was before. */
export function navigateInPlace(route: Exclude<Route, { page: 'unknown' }>): void {
  window.location.replace(hrefOf(route));
}

/** The route that the page's address names now. */
export function useRoute(): Route {
  const [hash, setHash] = useState(window.location.hash);
  useEffect(() => {
    const follow = () => setHash(window.location.hash);
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return parseRoute(hash);
}
