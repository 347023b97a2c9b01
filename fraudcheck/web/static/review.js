// Keys for the page of one lead to review. Without this file the page works by Tab and Enter.
"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const use = at("use-keys"), note = at("note"), why = at("why");
  const NAME = "fraudcheck-review-keys";
  const remembered = (value) => {
    try {
      return value === undefined ? localStorage.getItem(NAME) : localStorage.setItem(NAME, value);
    } catch {
      return null; // a browser that keeps nothing
    }
  };
  use.checked = remembered() !== "off";
  use.addEventListener("change", () => remembered(use.checked ? "on" : "off"));
  at("keys").hidden = false;
  const typing = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  let sent = false;
  for (const form of document.forms)
    form.addEventListener("submit", (event) => {
      if (sent) event.preventDefault(); // a key that is held down decides one lead
      sent = true;
    });
  addEventListener("pageshow", () => (sent = false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target === note) return note.blur();
    if (!use.checked || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.isComposing || typing(event.target)) return;
    const key = event.key.toLowerCase();
    const button = { g: "genuine", f: "fake", l: "later", u: "undo" }[key];
    if (button && at(button)) at(button).click();
    else if (key === "n") note.focus();
    else if (/^[0-9]$/.test(key) && why.options[key]) why.selectedIndex = Number(key);
    else return;
    event.preventDefault();
  });
})();
