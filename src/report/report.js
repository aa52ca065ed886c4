"use strict";
const buttons = document.querySelectorAll("button[data-show]");
for (const button of buttons) {
  const show = button.dataset.show;
  const count = document.querySelectorAll(show === "all" ? "article" : "article." + show).length;
  button.append(" " + count);
  button.addEventListener("click", () => {
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    for (const article of document.querySelectorAll("article")) {
      article.hidden = show !== "all" && !article.classList.contains(show);
    }
  });
}
document.addEventListener("click", (event) => {
  if (event.target.matches("figure img")) event.target.classList.toggle("large");
});
