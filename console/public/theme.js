// Runs before the first paint so that a page never flashes in the other theme. A file, because the
// content security policy allows no inline script.
(() => {
  let choice = 'system';
  try {
    choice = JSON.parse(localStorage.getItem('holdfast.preferences') ?? '{}').theme ?? 'system';
  } catch {
    // Storage may be forbidden or hold something else: the system's theme is the answer then.
  }
  const dark = choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
