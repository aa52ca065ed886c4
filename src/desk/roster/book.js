"use strict";
const rows = [...document.querySelectorAll("tbody tr")];
const buttons = document.querySelectorAll("button[data-show]");
const search = document.getElementById("search");
let show = "all";
const bare = (text) => text.toLowerCase().replace(/\s+/g, "");
const texts = rows.map((row) => bare(row.cells[1].textContent + " " + row.cells[2].textContent));
function refresh() {
  const wanted = bare(search.value);
  rows.forEach((row, i) => {
    row.hidden = !((show === "all" || row.classList.contains(show)) && texts[i].includes(wanted));
  });
}
for (const button of buttons) {
  button.addEventListener("click", () => {
    show = button.dataset.show;
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    refresh();
  });
}
search.addEventListener("input", refresh);
document.getElementById("print").addEventListener("click", () => print());
refresh();
