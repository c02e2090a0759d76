/** Makes the table of layers sort and filter, and the graph larger; without it both still have everything. */
export const script = `
const region = document.querySelector('.scroll.wide');
const table = region.querySelector('table');
const body = table.tBodies[0];
const heads = [...table.tHead.rows[0].cells];
const rows = [...body.rows];
const orderOf = (row, column) => {
  const cell = row.cells[column];
  if (!('order' in cell.dataset)) return cell.textContent;
  return cell.dataset.order === '' ? null : Number(cell.dataset.order);
};
const compare = (a, b) => typeof a === 'string' ? a.localeCompare(b, 'en', { numeric: true }) : a - b;
heads.forEach((head, column) => {
  const button = document.createElement('button');
  button.type = 'button';
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener('click', () => {
    const isText = typeof orderOf(rows[0], column) === 'string';
    const first = isText ? 'ascending' : 'descending';
    const other = isText ? 'descending' : 'ascending';
    const direction = head.getAttribute('aria-sort') === first ? other : first;
    for (const each of heads) each.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', direction);
    const sign = direction === 'ascending' ? 1 : -1;
    rows.sort((a, b) => {
      const [left, right] = [orderOf(a, column), orderOf(b, column)];
      if (left === null || right === null) return (left === null) - (right === null);
      return sign * compare(left, right);
    });
    body.append(...rows);
  });
});
const text = document.querySelector('#filter-text');
const verdict = document.querySelector('#filter-verdict');
const count = document.querySelector('#filter-count');
const filter = () => {
  const words = text.value.toLowerCase().split(/\\s+/);
  for (const row of rows) {
    const content = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => content.includes(word)) ||
      (verdict.value !== '' && row.dataset.verdict !== verdict.value);
  }
  count.value = rows.filter((row) => !row.hidden).length + ' of ' + rows.length;
};
const zoom = document.querySelector('.zoom');
if (zoom !== null) {
  const pan = document.querySelector('.pan');
  const sheet = pan.firstElementChild;
  const whole = sheet.firstElementChild;
  const told = zoom.querySelector('.told');
  const natural = whole.viewBox.baseVal.width;
  const tell = () => {
    const scrolls = pan.scrollWidth > pan.clientWidth + 1 || pan.scrollHeight > pan.clientHeight + 1;
    told.textContent = Math.round(100 * whole.getBoundingClientRect().width / natural) + ' %' + (scrolls ? ', scrolls' : '');
  };
  zoom.addEventListener('click', ({ target }) => {
    if (!('zoom' in target.dataset)) return;
    const { width, height } = whole.getBoundingClientRect();
    const factor = Number(target.dataset.zoom) || Math.min(pan.clientWidth / width, pan.clientHeight / height);
    sheet.style.minWidth = sheet.style.maxWidth = Math.min(4 * natural, Math.max(40, Math.floor(width * factor))) + 'px';
    tell();
  });
  zoom.hidden = false;
  addEventListener('resize', tell);
  tell();
}
addEventListener('beforeprint', () => {
  for (const folded of document.querySelectorAll('details')) folded.open = true;
});
const showRow = () => {
  const row = document.getElementById(location.hash.slice(1));
  if (row === null || !rows.includes(row) || !row.hidden) return;
  text.value = '';
  verdict.value = '';
  filter();
  row.scrollIntoView();
};
addEventListener('hashchange', showRow);
text.addEventListener('input', filter);
verdict.addEventListener('change', filter);
document.querySelector('.filter').hidden = false;
filter();
`;
