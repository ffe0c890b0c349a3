/* The counter on a phone: a draft that the person asked for, and the service worker. Pages work without. */
(() => {
  "use strict";

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isShared = document.body.hasAttribute("data-kiosk");
  const KEY = "keep:filing";
  const KEPT = ["kind", "category", "subject", "body", "wish", "occurred_on", "place", "province"];

  function read() {
    try { return JSON.parse(localStorage.getItem(KEY) || "null"); } catch { return null; }
  }

  function write(values) {
    try { localStorage.setItem(KEY, JSON.stringify({ values, at: new Date().toISOString() })); } catch { /* a full or closed store: no draft */ }
  }

  function forget() {
    try { localStorage.removeItem(KEY); } catch { /* nothing was kept */ }
  }

  /* Forms that may be kept */

  const fields = (form) => all("input, textarea, select", form).filter((field) => KEPT.includes(field.name));

  function typed(form) {
    const values = (read() || {}).values || {};
    for (const field of fields(form)) {
      if (field.type === "radio") {
        if (field.checked) values[field.name] = field.value;
      } else if (field.value) {
        values[field.name] = field.value;
      } else if (field.type !== "hidden") {
        delete values[field.name];
      }
    }
    return values;
  }

  function fill(form, values) {
    for (const field of fields(form)) {
      const value = values[field.name];
      if (!value || field.type === "hidden") continue;
      if (field.type === "radio") {
        if (!all(`input[name="${field.name}"]`, form).some((other) => other.checked)) field.checked = field.value === value;
      } else if (!field.value) {
        field.value = value;
      }
    }
  }

  function offer(form) {
    const box = one("[data-keep-box]", form);
    const ask = one("[data-keep-ask]", form);
    const state = one("[data-keep-state]", form);
    const kept = read();
    form.hidden = box.hidden = false;
    ask.checked = Boolean(kept);
    state.hidden = !kept;
    if (kept) fill(form, kept.values);
    const keep = () => { if (ask.checked) { write(typed(form)); state.hidden = false; } };
    form.addEventListener("input", keep);
    form.addEventListener("change", (event) => {
      if (event.target === ask && !ask.checked) { forget(); state.hidden = true; } else keep();
    });
    form.addEventListener("submit", keep);
    one("[data-keep-forget]", form).addEventListener("click", () => { forget(); ask.checked = false; state.hidden = true; ask.focus(); });
  }

  if (isShared || one("[data-keep-sent]")) forget();
  if (!isShared) {
    for (const form of all("[data-keep]")) offer(form);
    const unsent = one("[data-keep-count]");
    if (unsent && read()) {
      unsent.hidden = false;
      one("[data-keep-forget]", unsent).addEventListener("click", () => { forget(); unsent.hidden = true; });
    }
  }

  /* The service worker */

  if ("serviceWorker" in navigator) {
    const workers = navigator.serviceWorker;
    if (isShared) {
      workers.getRegistrations().then((found) => found.forEach((one) => one.unregister()));
    } else {
      workers.register("/sw.js").catch(() => { /* an old or closed browser: the counter works without */ });
      workers.ready.then((found) => found.active.postMessage({ language: document.documentElement.lang }));
    }
  }
})();
