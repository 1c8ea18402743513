// The lists of guides and of packages are open, until somebody closes them.
for (const list of ['Guides', 'Packages']) {
  const key = `tsd-accordion-${list}`;
  if (localStorage.getItem(key) === null) localStorage.setItem(key, 'true');
}
