// Comforts of the console: search with /, arrows within lists, times and days in the reader's zone. Pages work without it.
"use strict";

const localise = (root) => {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.textContent = format.format(at);
  }
};

const move = (step) => {
  const links = [...document.querySelectorAll("[data-list] .main-link")];
  if (links.length === 0) return false;
  const at = links.indexOf(document.activeElement);
  const next = at + step;
  if (next < 0) document.querySelector("[data-search]")?.focus();
  else links[Math.min(next, links.length - 1)].focus();
  return true;
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector("[data-search]");
  const isTyping = event.target.matches("input, textarea, select");
  if (event.key === "/" && !isTyping) {
    event.preventDefault();
    if (search) search.select();
    else location.assign("/console");
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (!isTyping || event.target === search)) {
    if (move(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
  }
});

// The day that somebody picks decides, because summer time has another offset.
const setOffset = (form) => {
  const day = form.querySelector("input[type=date]");
  const field = form.querySelector("[data-offset]");
  if (day?.value && field) field.value = String(new Date(`${day.value}T23:59:59`).getTimezoneOffset());
};
document.addEventListener("submit", (event) => setOffset(event.target), true);

document.addEventListener("htmx:afterSwap", (event) => localise(event.target));
localise(document);
