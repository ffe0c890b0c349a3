/* The counter's service worker: keeps styles, scripts and the offline page. It never keeps a page of a
   case, an answer to a form or anything a person typed, and never answers a POST. */
"use strict";

const SHELL = "shell-{{ version }}";
const FILES = {{ files|safe }};
const COUNTER = {{ counter|safe }};
const OFFLINE = { th: "/offline/th/", en: "/offline/en/" };

self.addEventListener("install", (event) => {
  const all = [...FILES, ...Object.values(OFFLINE)];
  const store = async () => (await caches.open(SHELL)).addAll(all.map((url) => new Request(url, { cache: "reload" })));
  event.waitUntil(store().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const clear = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith("shell-") && name !== SHELL).map((name) => caches.delete(name)));
  };
  event.waitUntil(clear().then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  const language = event.data && event.data.language;
  if (!(language in OFFLINE)) return;
  event.waitUntil(caches.open("language").then((kept) => kept.put("/language", new Response(language))));
});

async function offlinePage() {
  const kept = await caches.match("/language");
  const language = kept ? await kept.text() : "th";
  return (await caches.match(OFFLINE[language] || OFFLINE.th)) || Response.error();
}

function isCounter(path) {
  return COUNTER.some((start) => (start === "/" ? path === "/" : path.startsWith(start)));
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(request).then((hit) => hit || fetch(request)));
  } else if (request.mode === "navigate" && isCounter(url.pathname)) {
    event.respondWith(fetch(request).catch(offlinePage));
  }
});
