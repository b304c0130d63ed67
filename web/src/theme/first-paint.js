(() => {
  let c;
  try {
    c = localStorage.getItem('cda.theme');
  } catch {}
  const d = c === 'dark' || (c !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = d ? 'dark' : 'light';
})();
