{% load static %}/*
 * Keeps the offline page with its style and shows it when a page cannot be fetched; nothing else is cached.
 * Shows the news that come while no page is open, and opens what they are about.
 */
const OFFLINE = "{% url "offline" %}";
const CACHE = "baton-offline";

async function keep() {
  const cache = await caches.open(CACHE);
  const page = await fetch(OFFLINE, { cache: "reload" });
  if (!page.ok) throw new Error(`The offline page answered ${page.status}`);
  const assets = [...(await page.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((match) => match[1]);
  await cache.put(OFFLINE, page);
  await cache.addAll(assets);
}

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match(OFFLINE)));
  } else if (event.request.method === "GET" && new URL(event.request.url).pathname.startsWith("/static/")) {
    event.respondWith(fetch(event.request).catch(async () => (await caches.match(event.request)) ?? Response.error()));
  }
});

self.addEventListener("push", (event) => {
  const news = event.data?.json();
  if (!news?.title) return;
  const { title, body, tag, lang, url, page } = news;
  const icon = "{% static "icon-192.png" %}";
  event.waitUntil(self.registration.showNotification(title, { body, tag, lang, icon, renotify: true, data: { url, page } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data));
});

/* A tab that shows it already is brought to the front as it is, with what was typed there; the news count as read. */
async function show({ url, page }) {
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = tabs.find((tab) => new URL(tab.url).pathname === page);
  if (!there) return self.clients.openWindow(url);
  await there.focus();
  if (url !== page) await fetch(url, { redirect: "manual" }).catch(() => undefined);
}
