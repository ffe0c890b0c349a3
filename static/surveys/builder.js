/* Drags a question to another place; the buttons beside it do the same by keyboard. */
(() => {
  let dragged = null;

  const cardOf = (target) => target instanceof Element && target.closest("[data-question]");
  const clear = () => document.querySelectorAll(".is-target").forEach((card) => card.classList.remove("is-target"));

  document.addEventListener("pointerdown", (event) => {
    const grip = event.target instanceof Element && event.target.closest("[data-grip]");
    document.querySelectorAll("[data-question]").forEach((card) => {
      card.draggable = Boolean(grip) && card.contains(grip);
    });
  });

  document.addEventListener("dragstart", (event) => {
    dragged = cardOf(event.target);
    if (dragged) {
      event.dataTransfer.effectAllowed = "move";
      dragged.classList.add("is-dragged");
    }
  });

  document.addEventListener("dragover", (event) => {
    const list = event.target instanceof Element && event.target.closest("[data-cards], [data-section]");
    if (!dragged || !list) return;
    event.preventDefault();
    clear();
    cardOf(event.target)?.classList.add("is-target");
  });

  document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    clear();
    dragged = null;
  });

  document.addEventListener("drop", (event) => {
    const section = event.target instanceof Element && event.target.closest("[data-section]");
    if (!dragged || !section) return;
    event.preventDefault();
    const others = [...section.querySelectorAll("[data-question]")].filter((card) => card !== dragged);
    const before = cardOf(event.target);
    const place = before && before !== dragged ? others.indexOf(before) : others.length;
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    window.htmx.ajax("POST", dragged.dataset.move, {
      target: "#outline",
      swap: "outerHTML",
      values: { section: section.dataset.section, place, csrfmiddlewaretoken: token },
    });
  });

  // After a move by button the outline is drawn anew: the same button keeps the focus.
  let focused = "";
  document.addEventListener("htmx:beforeRequest", () => {
    focused = document.activeElement?.id ?? "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  });
})();
