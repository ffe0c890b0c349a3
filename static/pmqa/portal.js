/* Small comforts on top of pages that work without them. Everything is asked for by data- attributes. */
(() => {
  "use strict";

  const body = document.body;
  const words = body.dataset;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

  /* Toasts */

  function toast(text, level = "error") {
    const line = document.createElement("div");
    line.className = `toast-line is-${level}`;
    const span = document.createElement("span");
    span.textContent = text;
    line.append(span, closeButton());
    one("#toasts").append(line);
    return line;
  }

  function closeButton() {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.dismiss = "";
    button.setAttribute("aria-label", words.wordsClose);
    button.textContent = "×";
    return button;
  }

  for (const line of all("[data-toast=success], [data-toast=info]")) {
    setTimeout(() => line.matches(":hover, :focus-within") || line.remove(), 10000);
  }

  /* Menus close when the person goes elsewhere */

  document.addEventListener("click", (event) => {
    for (const menu of all("[data-menu][open]")) {
      if (!menu.contains(event.target) || event.target.closest("a[hx-get]")) menu.open = false;
    }
    if (event.target.closest("[data-dismiss]")) event.target.closest(".toast-line").remove();
    const opener = event.target.closest("[data-open]");
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.dataset.open)?.showModal();
    }
    const cancel = event.target.closest("[data-cancel-action]");
    if (cancel && one("#action-form") && one(".action-bar")) {
      event.preventDefault();
      one("#action-form").replaceChildren();
      one(".action-bar a")?.focus();
    }
  });

  /* Keyboard */

  let current = -1;
  let isGoing = false;

  function rows() {
    return all("table[data-rows] tbody tr, ul[data-rows] > li");
  }

  function step(by) {
    const lines = rows();
    if (!lines.length) return;
    lines[current]?.classList.remove("is-current");
    current = Math.min(Math.max(current + by, 0), lines.length - 1);
    lines[current].classList.add("is-current");
    lines[current].scrollIntoView({ block: "nearest" });
    one(".row-link", lines[current])?.focus({ preventScroll: true });
  }

  document.addEventListener("focusin", (event) => {
    const place = rows().indexOf(event.target.closest?.("tr, li"));
    if (place < 0 || place === current) return;
    rows()[current]?.classList.remove("is-current");
    current = place;
    rows()[current].classList.add("is-current");
  });

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    x: () => one(".choose", rows()[current] || document.createElement("p"))?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of all("[data-menu][open]")) {
        menu.open = false;
        one("summary", menu).focus();
      }
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
      const form = event.target.form;
      return void (event.preventDefault(), form?.requestSubmit(one("button[type=submit]", form)));
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || one("dialog[open]")) return;
    if (isGoing) {
      isGoing = false;
      const target = one(`[data-go="${CSS.escape(event.key)}"]`);
      if (target) return void (event.preventDefault(), target.click());
    }
    if (event.key === "g") return void (isGoing = true);
    const marked = one(`[data-key="${CSS.escape(event.key)}"]`);
    if (marked) {
      event.preventDefault();
      marked.matches("input") ? marked.focus() : marked.click();
    } else if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  /* Lists: the bulk bar, and the place kept for a saved view */

  function countChosen(form) {
    const chosen = all(".choose:checked", form).length;
    one("[data-bulk-bar]", form).classList.toggle("is-open", chosen > 0);
    one("[data-chosen-count]", form).textContent = words.wordsChosen.replace("{count}", chosen);
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-bulk]");
    if (!form) return;
    if (event.target.matches("[data-choose-all]")) {
      for (const box of all(".choose", form)) box.checked = event.target.checked;
    }
    countChosen(form);
  });

  /* Forms */

  function group(input) {
    const sizes = input.dataset.group.split(" ").map(Number);
    const digits = arabic(input.value).replace(/\D/g, "");
    if (input.value.trim().startsWith("+") || !digits) return;
    if (input.type === "tel" && digits.length < 9) return; // a short number such as 1111
    if (input.type === "tel" && digits.startsWith("02")) sizes.splice(0, 3, 2, 3, 4);
    const parts = [];
    let from = 0;
    for (const size of sizes) {
      if (from >= digits.length) break;
      parts.push(digits.slice(from, from + size));
      from += size;
    }
    if (from < digits.length) parts.push(digits.slice(from));
    input.value = parts.join("-");
  }

  function arabic(text) {
    return text.replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50));
  }

  function count(counter) {
    const field = document.getElementById(counter.dataset.counter);
    if (!field) return;
    const left = Number(counter.dataset.limit) - field.value.length;
    counter.classList.toggle("is-over", left < 0);
    counter.textContent = (left < 0 ? words.wordsOver : words.wordsCharacters).replace("{count}", Math.abs(left).toLocaleString());
  }

  document.addEventListener("input", (event) => {
    const target = event.target;
    if (target.matches("[data-group]") && target.selectionStart === target.value.length) group(target);
    const counter = target.id && one(`[data-counter="${CSS.escape(target.id)}"]`);
    if (counter) count(counter);
    const form = target.closest("form[data-draft]");
    if (form?.dataset.draft) keepDraft(form);
  });

  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.("[data-group]")) group(event.target);
    if (event.target.matches?.("[data-thai-date]")) event.target.value = arabic(event.target.value);
  });

  /* Drafts on this device, only where the form asks for it: never passwords, files or hidden fields */

  const draftKey = (form) => `draft:${form.dataset.draft}`;
  const draftable = "input:not([type=hidden], [type=password], [type=file], [type=checkbox], [type=radio]), textarea";

  function keepDraft(form) {
    const values = {};
    for (const field of all(draftable, form)) if (field.name && field.value) values[field.name] = field.value;
    try { localStorage.setItem(draftKey(form), JSON.stringify(values)); } catch { /* a full or closed store: no draft */ }
  }

  function dropDraft(form) {
    try { localStorage.removeItem(draftKey(form)); } catch { /* nothing was kept */ }
  }

  function fillDraft(form) {
    let values = {};
    try { values = JSON.parse(localStorage.getItem(draftKey(form)) || "{}"); } catch { return; }
    const empty = all(draftable, form).filter((field) => values[field.name] && !field.value);
    if (!empty.length) return;
    for (const field of empty) field.value = values[field.name];
    const line = toast(words.wordsDraft, "info");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn-link-like";
    button.textContent = words.wordsDiscard;
    button.addEventListener("click", () => { dropDraft(form); form.reset(); line.remove(); });
    line.append(button);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.draft) dropDraft(form);
    if (form.method === "post" && !event.defaultPrevented) {
      const button = event.submitter;
      if (button) setTimeout(() => { button.disabled = true; setTimeout(() => { button.disabled = false; }, 8000); });
    }
  });

  /* What came in place */

  function prepare(root) {
    for (const counter of all("[data-counter]", root)) count(counter);
    for (const form of all("form[data-draft]", root)) if (form.dataset.draft) fillDraft(form);
    all("[data-focus]", root).pop()?.focus();
    current = -1;
    const kept = one("[data-current-query]");
    if (kept) {
      const query = new URLSearchParams(location.search);
      for (const name of ["cursor", "columns", "export"]) query.delete(name);
      for (const [name, value] of [...query]) if (!value) query.delete(name);
      kept.value = query.toString();
    }
  }

  /* What is typed while an answer is under way stays, also where the answer brings the fields anew */

  const asked = new WeakMap(); // what stood in the fields when the request went out, and what was typed since
  const fields = (root) => all("input[id]:not([type=file]), select[id], textarea[id]", root);
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    asked.set(detail.xhr, new Map(fields(detail.target).map((field) => [field.id, value(field)])));
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const before = asked.get(detail.xhr);
    const since = fields(detail.target).filter((field) => before?.has(field.id) && before.get(field.id) !== value(field));
    asked.set(detail.xhr, new Map(since.map((field) => [field.id, value(field)])));
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    for (const [id, text] of asked.get(detail.xhr) ?? []) {
      const field = document.getElementById(id);
      if (field) put(field, text);
    }
  });

  function value(field) {
    return ["checkbox", "radio"].includes(field.type) ? field.checked : field.value;
  }

  function put(field, text) {
    if (["checkbox", "radio"].includes(field.type)) field.checked = text;
    else field.value = text;
  }

  document.addEventListener("htmx:afterSettle", (event) => prepare(event.target));
  document.addEventListener("htmx:responseError", () => toast(words.wordsFailed));
  document.addEventListener("htmx:sendError", () => toast(words.wordsFailed));
  document.addEventListener("click", (event) => event.target.closest("[data-print]") && print());
  prepare(document);
})();
