/* Beside the list, the open voice: on wide screens only. Without script a row opens the voice's own page. */
(() => {
  "use strict";

  const pane = document.getElementById("voice");
  const wide = matchMedia("(min-width: 1200px)");
  if (!pane) return;
  let shown = "";
  let waiting = 0;

  function show(link) {
    clearTimeout(waiting);
    if (!link || link.href === shown) return;
    shown = link.href;
    htmx.ajax("GET", link.href, { target: "#voice", swap: "innerHTML" });
  }

  function links() {
    return [...document.querySelectorAll("#rows .row-link")];
  }

  function goOn() {
    const all = links();
    const next = all[all.findIndex((link) => link.href === shown) + 1];
    if (next) next.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#rows .row-link");
    if (!link || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link);
  });

  document.addEventListener("focusin", (event) => {
    const link = event.target.closest("#rows .row-link");
    if (!link || !wide.matches) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => show(link), 120);
  });

  document.addEventListener("voice-settled", () => setTimeout(goOn, 500));

  document.addEventListener("DOMContentLoaded", () => wide.matches && show(links()[0]));
})();
