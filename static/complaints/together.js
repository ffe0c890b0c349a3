/* Naming a colleague in a note: the search shows itself, a found name is put where one writes. */
(() => {
  "use strict";

  function show(root) {
    for (const box of root.querySelectorAll("[data-mention-box]")) box.hidden = false;
  }

  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-mention]");
    if (!chosen) return;
    const text = document.getElementById(chosen.closest("[data-mention-for]").dataset.mentionFor);
    const at = text.selectionStart ?? text.value.length;
    const before = text.value.slice(0, at).replace(/@[A-Za-z0-9_.+-]*$/, "");
    const gap = before && !/\s$/.test(before) ? " " : "";
    const name = `${gap}@${chosen.dataset.mention} `;
    text.value = before + name + text.value.slice(at);
    text.focus();
    text.selectionStart = text.selectionEnd = (before + name).length;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });

  document.addEventListener("htmx:afterSettle", () => show(document));
  show(document);
})();
