// A view transition that is skipped (the tab is hidden, the page is on its way in or out) still makes its change, but
// also rejects `ready`, for which htmx does not listen: unheard, it would be an error on the console.
const start = document.startViewTransition?.bind(document);

if (start) {
  document.startViewTransition = (change) => {
    const transition = start(change);
    transition.ready.catch(() => {});
    return transition;
  };
}
