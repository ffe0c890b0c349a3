/* The questionnaire: focus on what is to be mended, choices that stand alone, the tablet that clears itself. Pages work without. */
(() => {
  "use strict";

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = one("form[data-answer]");

  one("[data-focus]")?.focus();
  if (!form) return;

  /* “None of these” takes the others away, and they take it away */
  form.addEventListener("change", (event) => {
    const box = event.target;
    if (box.type !== "checkbox" || !box.checked) return;
    const alone = box.hasAttribute("data-alone");
    for (const other of all(`input[name="${CSS.escape(box.name)}"]`, form)) {
      if (other !== box && (alone || other.hasAttribute("data-alone"))) other.checked = false;
    }
  });

  /* One press is enough */
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
  addEventListener("pageshow", () => { delete form.dataset.sent; });

  /* The tablet: after some rest it asks, then goes back to the first page */
  const seconds = Number(form.dataset.idle || 0);
  if (!seconds) return;
  const words = one("[data-idle-words]");
  let asking, leaving;
  const wake = () => {
    clearTimeout(asking);
    clearTimeout(leaving);
    words.hidden = true;
    asking = setTimeout(() => { words.hidden = false; }, (seconds - 20) * 1000);
    leaving = setTimeout(() => { location.replace(form.dataset.idleUrl); }, seconds * 1000);
  };
  for (const sign of ["pointerdown", "keydown", "scroll", "input"]) addEventListener(sign, wake, { passive: true });
  wake();
})();
