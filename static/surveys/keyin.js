/* Keying a sheet in: Enter goes on, a full box goes on by itself, Ctrl+Enter keeps the sheet. The page works without. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-keyin]");
  if (!form) return;
  const boxes = [...form.querySelectorAll("input[type=text], textarea")];
  const button = form.querySelector(".keyin-end button");
  const wrong = form.querySelector(".summary");

  const choicesOf = (box) => [...(box.closest("fieldset")?.querySelectorAll("[data-key]") ?? [])];
  const arabic = (text) => text.replace(/[๐-๙]/g, (digit) => "๐๑๒๓๔๕๖๗๘๙".indexOf(digit));

  const goOn = (box) => {
    const next = boxes[boxes.indexOf(box) + 1];
    if (next) { next.focus(); next.select(); } else button.focus();
  };

  /* Show what the typed number means; a question with one box only */
  const show = (box) => {
    const choices = choicesOf(box);
    if (box.closest("fieldset")?.querySelectorAll("input[data-longest]").length > 1) return;
    const typed = arabic(box.value).match(/\d+|-/g) ?? [];
    const keys = choices.length > 9 || box.dataset.longest ? typed : typed.join("").split("");
    for (const choice of choices) choice.classList.toggle("is-chosen", keys.includes(choice.dataset.key));
  };

  /* A number is full when no longer choice begins with it */
  const isFull = (box) => {
    const typed = arabic(box.value).trim();
    const keys = choicesOf(box).map((choice) => choice.dataset.key);
    return keys.includes(typed) && !keys.some((key) => key !== typed && key.startsWith(typed));
  };

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !boxes.includes(event.target)) return;
    if (event.ctrlKey) { event.preventDefault(); form.requestSubmit(button); return; }
    if (event.target.tagName === "TEXTAREA" && event.shiftKey) return;
    event.preventDefault();
    goOn(event.target);
  });
  form.addEventListener("input", (event) => {
    const box = event.target;
    if (!boxes.includes(box)) return;
    if (box.classList.contains("is-key")) show(box);
    if (box.dataset.longest && event.inputType === "insertText" && isFull(box)) goOn(box);
  });
  for (const box of boxes) if (box.classList.contains("is-key")) show(box);

  /* One press is enough */
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
  addEventListener("pageshow", () => { delete form.dataset.sent; });

  (wrong ?? boxes[0])?.focus();
})();
