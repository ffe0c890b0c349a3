/* A calendar in พ.ศ. (or ค.ศ. in English) beside a typed date; without it typing is enough. */
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const closeAll = () => all(".calendar").forEach((calendar) => calendar.remove());
  const arabic = (text) => text.replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50));

  function readDay(text, isThai) {
    const found = arabic(text).match(/^\s*(\d{1,2})\D+(\d{1,2})\D+(\d{4})/);
    if (!found) return new Date();
    const year = Number(found[3]);
    return new Date(isThai || year >= 2400 ? year - 543 : year, found[2] - 1, found[1]);
  }

  function openCalendar(holder) {
    const isOpen = one(".calendar", holder);
    closeAll();
    if (isOpen) return;
    const isThai = document.documentElement.lang === "th";
    const input = one("input", holder);
    const chosen = readDay(input.value, isThai);
    const sheet = document.createElement("div");
    sheet.className = "calendar";
    sheet.setAttribute("role", "group");
    holder.append(sheet);
    drawMonth(sheet, { input, chosen, isThai, month: new Date(chosen.getFullYear(), chosen.getMonth(), 1) });
    one("[aria-pressed=true]", sheet)?.focus();
  }

  function drawMonth(sheet, state) {
    const { input, chosen, isThai, month } = state;
    const locale = isThai ? "th-TH-u-ca-buddhist" : "en-GB";
    const name = (day, options) => new Intl.DateTimeFormat(locale, options).format(day);
    const head = document.createElement("div");
    head.className = "calendar-head";
    for (const [by, sign] of [[-1, "‹"], [0, ""], [1, "›"]]) {
      const part = document.createElement(by ? "button" : "span");
      part.textContent = by ? sign : name(month, { month: "long", year: "numeric" });
      if (by) {
        const next = new Date(month.getFullYear(), month.getMonth() + by, 1);
        part.type = "button";
        part.className = "top-link";
        part.setAttribute("aria-label", name(next, { month: "long", year: "numeric" }));
        part.addEventListener("click", (event) => { event.stopPropagation(); drawMonth(sheet, { ...state, month: next }); });
      }
      head.append(part);
    }
    const table = document.createElement("table");
    const first = new Date(month.getFullYear(), month.getMonth(), 1 - ((month.getDay() + 6) % 7));
    const titles = table.createTHead().insertRow();
    for (let day = 0; day < 7; day += 1) {
      const title = document.createElement("th");
      title.scope = "col";
      title.textContent = name(new Date(2024, 0, 1 + day), { weekday: "narrow" });
      titles.append(title);
    }
    for (let week = 0; week < 6; week += 1) {
      const line = table.insertRow();
      for (let day = 0; day < 7; day += 1) {
        const at = new Date(first.getFullYear(), first.getMonth(), first.getDate() + week * 7 + day);
        const cell = line.insertCell();
        if (at.getMonth() === month.getMonth()) cell.append(dayButton(at, input, chosen, isThai, name));
      }
    }
    sheet.replaceChildren(head, table);
  }

  function dayButton(at, input, chosen, isThai, name) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = at.getDate();
    button.setAttribute("aria-label", name(at, { dateStyle: "full" }));
    if (at.toDateString() === new Date().toDateString()) button.setAttribute("aria-current", "date");
    button.setAttribute("aria-pressed", String(input.value !== "" && at.toDateString() === chosen.toDateString()));
    button.addEventListener("click", () => {
      input.value = `${at.getDate()}/${at.getMonth() + 1}/${at.getFullYear() + (isThai ? 543 : 0)}`;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      one(".calendar", input.parentElement).remove();
      input.focus();
    });
    return button;
  }

  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-pick]");
    if (pick) openCalendar(pick.closest(".date-input"));
    else if (!event.target.closest(".calendar")) closeAll();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !one(".calendar")) return;
    one(".calendar").closest(".date-input").querySelector("input").focus();
    closeAll();
  });
})();
