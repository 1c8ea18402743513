/** How the page of models looks. */
export const style = `
:root { color-scheme: light dark; --line: light-dark(#e2ddd6, #3a3733); --soft: light-dark(#f7f4f0, #211f1d); --accent: light-dark(#8a4b2a, #e0a27f); }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 84rem; font: 15px/1.45 system-ui, sans-serif; background: light-dark(#fffdfa, #181715); color: light-dark(#26221e, #e9e4dd); }
nav a { color: var(--accent); font-weight: 600; text-decoration: none; }
h1 { margin: .4rem 0 0; font-size: 1.6rem; }
h2, h3 { font-size: 1rem; margin: 1rem 0 .3rem; }
code { font: .85em ui-monospace, monospace; color: var(--accent); overflow-wrap: anywhere; }
form { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: center; padding: .8rem 0; background: light-dark(#fffdfa, #181715); border-bottom: 1px solid var(--line); }
#search { flex: 1 1 18rem; }
#search, select { font: inherit; padding: .45rem .6rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--soft); color: inherit; }
fieldset { flex-basis: 100%; display: flex; flex-wrap: wrap; gap: .2rem .9rem; margin: 0; padding: 0; border: 0; font-size: .87rem; }
output { font-variant-numeric: tabular-nums; color: var(--accent); }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 600; font-size: .8rem; vertical-align: bottom; }
th, td { padding: .45rem .6rem .45rem 0; }
td { vertical-align: top; border-top: 1px solid var(--line); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.row { display: grid; grid-template-columns: minmax(16rem, 2fr) minmax(10rem, 2fr) 7rem 6rem 9rem; gap: .2rem 1rem; padding: .5rem 0; border-bottom: 1px solid var(--line); }
.wrap { white-space: normal; }
.more code { white-space: nowrap; }
.head { font-weight: 600; font-size: .8rem; align-items: end; }
summary { cursor: pointer; }
summary:hover, [open] > summary { background: var(--soft); }
.can { display: inline-block; padding: 0 .45rem; border-radius: 1rem; background: var(--soft); border: 1px solid var(--line); font-size: .78rem; white-space: nowrap; }
.badge { padding: 0 .4rem; border-radius: .3rem; font-size: .75rem; color: #fff; background: #8d8378; }
.badge.legacy { background: #b07a1f; }
.more { padding: .2rem 1rem 1rem; background: var(--soft); font-size: .85rem; overflow-x: auto; }
dt { font-weight: 600; } dd { margin: 0 0 .4rem; }
@media (max-width: 50rem) { form { position: static; } .row { grid-template-columns: 1fr 6rem; } .row > :nth-child(2), .row > :nth-child(3), .row > :nth-child(4) { display: none; } }
`;

/** What filters the rows. Without it all of them are there. */
export const script = `
const rows = [...document.querySelectorAll('.model')];
const search = document.getElementById('search');
const region = document.getElementById('region');
const retired = document.getElementById('retired');
const count = document.getElementById('count');
function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const can = [...document.querySelectorAll('[name=can]:checked')].map((box) => box.value);
  let shown = 0;
  for (const row of rows) {
    const { search: text, can: able, regions, status } = row.dataset;
    const fits =
      words.every((word) => text.includes(word)) &&
      can.every((each) => able.split(' ').includes(each)) &&
      (region.value === '' || regions.split(' ').includes(region.value)) &&
      (retired.checked || status !== 'retired');
    row.hidden = !fits;
    if (fits) shown++;
  }
  count.value = shown + ' of ' + rows.length;
}
document.querySelector('form').addEventListener('input', filter);
document.querySelector('form').addEventListener('submit', (event) => event.preventDefault());
filter();
`;
