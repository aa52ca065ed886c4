"use strict";
const articles = [...document.querySelectorAll("article")];
const buttons = document.querySelectorAll("button[data-show]");
for (const button of buttons) {
  const show = button.dataset.show;
  const shown = (article) => show === "all" || article.classList.contains(show);
  button.append(" " + articles.filter(shown).length);
  button.addEventListener("click", () => {
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    for (const article of articles) article.hidden = !shown(article);
    scrollTo(0, 0);
  });
}
const dialog = document.createElement("dialog");
const large = dialog.appendChild(document.createElement("img"));
document.body.append(dialog);
dialog.addEventListener("click", () => dialog.close());
document.addEventListener("click", (event) => {
  if (!event.target.matches("figure img")) return;
  large.src = event.target.src;
  large.alt = event.target.alt;
  dialog.showModal();
});
