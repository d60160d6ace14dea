/** Brings a section into view and puts the focus on its headline, as soon as it is there. */
export function showSection(id: string): void {
  // What a click has just brought about is there after React has drawn it.
  requestAnimationFrame(() => {
    const headline = document.getElementById(id);
    headline?.focus({ preventScroll: true });
    headline?.scrollIntoView({ block: 'start' });
  });
}
