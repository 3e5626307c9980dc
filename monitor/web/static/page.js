// What makes the page handier. Everything works without it: forms post, links lead on.
"use strict";
(() => {
  const OFF = "monitor-shortcuts-off";
  const STOPS = "main .card, main .line, main .hit, main .timeline > li, main tbody tr";
  const GO = { t: "/", d: "/digests", f: "/feeds", s: "/search", p: "/topics", r: "/trends" };
  const keys = document.getElementById("keys");
  const said = document.getElementById("said");

  // What a person decided stays in this browser; a browser that keeps nothing has shortcuts.
  const kept = (value) => {
    try {
      if (value === undefined) return localStorage.getItem(OFF) === "1";
      localStorage.setItem(OFF, value ? "1" : "0");
    } catch { /* storage is switched off */ }
    return Boolean(value);
  };
  let off = kept();

  document.documentElement.classList.add("scripted");
  for (const each of document.querySelectorAll("[data-scripted]")) each.hidden = false;
  const say = (text) => { said.textContent = ""; setTimeout(() => { said.textContent = text; }, 50); };

  // What stands in the margin of a wide window is folded in a narrow one.
  const narrow = matchMedia("(max-width: 60rem)");
  const fold = () => { for (const each of document.querySelectorAll("[data-folds]")) each.open = !narrow.matches; };
  fold();
  narrow.addEventListener("change", fold);

  // On a phone the list of pages is longer than its line.
  const here = document.querySelector(".pages-of [aria-current]");
  if (here) {
    const line = here.closest("ul");
    line.scrollLeft = here.offsetLeft - line.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
  }

  // Shortcuts (WCAG 2.1.4: they can be switched off)
  const showKeys = () => {
    if (!keys || keys.open) return;
    keys.showModal();
    // Else the focus, and with it what is seen, is at the box below the list.
    document.getElementById("keys-title").focus({ preventScroll: true });
    keys.scrollTop = 0;
  };
  for (const each of document.querySelectorAll("[data-keys]")) each.addEventListener("click", showKeys);
  const box = keys && keys.querySelector("[data-shortcuts]");
  if (box) {
    box.checked = !off;
    box.addEventListener("change", () => { off = kept(!box.checked); });
  }

  const typing = (target) =>
    target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
  const leadOf = (stop) => stop.querySelector("h2 a, h3 a, .title a, th a, a[href]");
  const stops = () =>
    [...document.querySelectorAll(STOPS)].filter((stop) => leadOf(stop) && stop.getClientRects().length);
  const current = () => document.activeElement && document.activeElement.closest(STOPS);

  const move = (step) => {
    const all = stops();
    if (!all.length) return;
    const here = all.indexOf(current());
    let next;
    if (here < 0) {
      // From what the eye is on: the first that begins below the top of the window.
      next = all.findIndex((stop) => stop.getBoundingClientRect().top >= 0);
      if (next < 0) next = all.length - 1;
    } else {
      next = Math.min(Math.max(here + step, 0), all.length - 1);
    }
    leadOf(all[next]).focus({ preventScroll: true });
    all[next].scrollIntoView({ block: "nearest" });
  };

  let going = 0;
  const pressed = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (off || typing(event.target) || document.querySelector("dialog[open]")) return;
    const afterG = Date.now() - going < 1500;
    going = 0;
    if (afterG && GO[event.key]) {
      location.assign(GO[event.key]);
    } else if (event.key === "g") {
      going = Date.now();
    } else if (event.key === "/") {
      const field = document.querySelector("main input[type=search][name=q]") || document.getElementById("q");
      if (field) { field.focus(); field.select(); }
    } else if (event.key === "?") {
      showKeys();
    } else if (event.key === "j" || event.key === "k") {
      move(event.key === "j" ? 1 : -1);
    } else if (event.key === "o") {
      const stop = current();
      if (!stop) return;
      leadOf(stop).click();
    } else if (event.key === "s") {
      const button = (current() || document).querySelector(current() ? ".star button" : "main .with-star .star button");
      if (!button) return;
      button.click();
    } else {
      return;
    }
    event.preventDefault();
  };
  document.addEventListener("keydown", pressed);

  // Parts that renew themselves: <div data-live="60" hx-get="…" hx-trigger="live">, only while they
  // are looked at and nobody is in the midst of them.
  const busy = (part) =>
    part.querySelector("details[open]") !== null ||
    (document.activeElement !== document.body && part.contains(document.activeElement)) ||
    (!getSelection().isCollapsed && part.contains(getSelection().anchorNode));
  const renewed = new WeakMap();
  setInterval(() => {
    if (document.hidden) return;
    for (const part of document.querySelectorAll("[data-live]")) {
      const since = Date.now() - (renewed.get(part) || loaded);
      if (since < part.dataset.live * 1000 || busy(part)) continue;
      renewed.set(part, Date.now());
      htmx.trigger(part, "live");
    }
  }, 1000);
  const loaded = Date.now();
  document.addEventListener("htmx:beforeSwap", (event) => {
    // It was opened while the answer was under way.
    if (event.target.matches("[data-live]") && busy(event.target)) event.detail.shouldSwap = false;
  });

  // Whoever had the focus in a part that was replaced goes on in what replaced it.
  let lost = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    lost = event.detail.shouldSwap && document.activeElement !== document.body && target.contains(document.activeElement);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    if (lost && document.activeElement === document.body && part.isConnected) {
      const goal = part.querySelector("[data-focus]") || part.querySelector("a[href], button, input, summary") || part;
      if (goal === part) part.tabIndex = -1;
      goal.focus({ preventScroll: true });
    }
    lost = false;
    const news = part.dataset.say || (part.querySelector("[data-say]") || { dataset: {} }).dataset.say;
    if (news) say(news);
  });
  const failed = () => say("That could not be loaded. The monitor may have stopped; try again.");
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:timeout", failed);
})();
