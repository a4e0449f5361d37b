// Links and forms go by fetch, each with a fresh ID token; the server draws every page.
(() => {
  "use strict";

  const BAR = "settings-bar";
  const LOOK_AGAIN_MS = 1500;
  let clean = null; // The form as it was saved; null when the server says it is not.
  let posting = false;
  let turn = 0; // The newest visit; an older answer that comes late is not drawn.

  const form = () => document.querySelector("form[data-dirty]");
  const saved = () => form()?.dataset.saved ?? "/settings";
  const shot = (of) => new URLSearchParams(new FormData(of)).toString();
  const dirty = () => form() !== null && shot(form()) !== clean;

  // A form as the server drew it, whatever was typed before this script ran.
  function drawn(of) {
    const fresh = of.cloneNode(true);
    fresh.reset();
    return shot(fresh);
  }

  const busy = () => document.querySelector("main").hasAttribute("aria-busy");
  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

  async function asked() {
    const token = await window.shopify.idToken();
    return { Accept: "text/html", "X-Evenhand-Fetch": "1", Authorization: `Bearer ${token}` };
  }

  function showBar() {
    const bar = window.shopify?.saveBar;
    if (dirty()) bar?.show(BAR);
    else bar?.hide(BAR);
  }

  function settle() {
    const now = form();
    clean = now === null || now.dataset.dirty === "true" ? null : drawn(now);
    showBar();
    if (document.getElementById("document")) import("./editor.js");
    toast(document);
    lookAgain();
  }

  function toast(page) {
    const said = page.querySelector("[data-toast]");
    if (said) window.shopify?.toast.show(said.dataset.toast);
  }

  // What is under way is looked at again. Only what tells of it is drawn anew: whoever
  // types, reads on below or has clicked is left alone.
  function lookAgain() {
    const again = document.querySelector("[data-again]");
    if (again !== null) setTimeout(() => look(again), LOOK_AGAIN_MS);
  }

  async function look(again) {
    if (!again.isConnected) return;
    if (busy()) return lookAgain();
    try {
      const answer = await fetch(again.dataset.again, { headers: await asked() });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const page = parsed(await answer.text());
      if (!again.isConnected) return;
      if (!busy()) refresh(again, page);
      lookAgain();
    } catch {
      if (again.isConnected) complain("The page could not be loaded. Try again, or reload.");
    }
  }

  function refresh(again, page) {
    const next = page.querySelector("[data-again]");
    if (next) again.dataset.again = next.dataset.again;
    else delete again.dataset.again;
    for (const old of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(old.id);
      const used = old.contains(document.activeElement);
      if (fresh && !used && !fresh.isEqualNode(old)) old.replaceWith(fresh);
    }
    toast(page);
  }

  function complain(text) {
    document.getElementById("trouble")?.remove();
    const note = document.createElement("div");
    note.id = "trouble";
    note.className = "banner bad";
    note.setAttribute("role", "alert");
    note.textContent = text;
    document.querySelector("main").prepend(note);
  }

  // Where the reader is in a text that the server draws again.
  function bookmark() {
    const area = document.getElementById("document");
    return area && [area.selectionStart, area.selectionEnd, area.scrollTop];
  }

  function openAt(mark) {
    const area = document.getElementById("document");
    if (!mark || !area) return;
    area.setSelectionRange(mark[0], mark[1]);
    area.scrollTop = mark[2];
  }

  function draw(text, focused) {
    const page = parsed(text);
    const main = page.querySelector("main");
    if (main === null) throw new Error("no page in the answer");
    const mark = bookmark();
    document.querySelector("main").replaceWith(main);
    document.title = page.title;
    const wrong = main.querySelector("[data-focus]") ?? main.querySelector("[aria-invalid=true]");
    const within = wrong?.matches("fieldset") ? wrong.querySelector("input") : wrong;
    const again = focused ? document.getElementById(focused) : null;
    openAt(mark);
    (within ?? again ?? main.querySelector("h1"))?.focus();
    settle();
  }

  async function visit(address, options = {}, { push = false, focused = "" } = {}) {
    if (posting) return;
    posting = options.method === "POST";
    const mine = ++turn;
    document.querySelector("main").setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { ...options, headers: await asked() });
      const text = await answer.text();
      if (mine !== turn) return;
      if (answer.status === 413) return complain("This is too large to send; shorten it.");
      draw(text, focused);
      if (push) history.pushState(null, "", address);
    } catch {
      if (mine === turn) complain("The page could not be loaded. Try again, or reload.");
    } finally {
      posting = mine === turn ? false : posting;
      if (mine === turn) document.querySelector("main").removeAttribute("aria-busy");
    }
  }

  async function mayLeave() {
    if (!dirty()) return true;
    const ask = window.shopify?.saveBar?.leaveConfirmation;
    if (!ask) {
      complain("Save or discard your changes first.");
      return false;
    }
    return ask.call(window.shopify.saveBar).then(() => true, () => false);
  }

  async function download(link) {
    try {
      const headers = { Authorization: `Bearer ${await window.shopify.idToken()}` };
      const answer = await fetch(link.getAttribute("href"), { headers });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const made = document.createElement("a");
      made.href = URL.createObjectURL(await answer.blob());
      made.download = link.dataset.file;
      made.click();
      URL.revokeObjectURL(made.href);
    } catch {
      complain("The file could not be loaded. Try again, or reload.");
    }
  }

  // What a form sends: its own fields, and those of the form that it names.
  function sent(from) {
    const data = new FormData(from);
    const other = document.getElementById(from.dataset.with ?? "");
    if (other) for (const [name, value] of new FormData(other)) data.append(name, value);
    return from.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
  }

  // A switch that needs a permission of its own: it moves once the server has seen the grant.
  async function turnOver(box) {
    const on = box.checked;
    box.checked = !on;
    if (!(await mayLeave())) return;
    box.disabled = true;
    try {
      const scopes = window.shopify.scopes;
      await (on ? scopes.request([box.dataset.scope]) : scopes.revoke([box.dataset.scope]));
      await visit(box.form.getAttribute("action"), { method: "POST" }, { focused: box.id });
    } catch {
      complain("Shopify could not be asked for the permission. Try again, or reload.");
    } finally {
      box.disabled = false;
    }
  }

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("main a[href^='/']");
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (link === null || event.button !== 0 || !plain) return;
    event.preventDefault();
    if (link.dataset.file) return download(link);
    const address = link.getAttribute("href");
    if (await mayLeave()) await visit(address, {}, { push: true });
  });

  document.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    const from = event.target;
    if ("replaces" in from.dataset && !(await mayLeave())) return;
    const action = button?.getAttribute("formaction") ?? from.getAttribute("action");
    const body = sent(from);
    if (button !== null) button.disabled = true;
    await visit(action, { method: "POST", body }, { focused: button?.id });
    if (button !== null) button.disabled = false;
  });

  document.addEventListener("input", showBar);
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-scope]")) {
      turnOver(event.target);
      return;
    }
    if (!event.target.matches("[data-reload]")) return;
    visit(`${saved()}?${shot(event.target.form)}`, {}, { focused: event.target.id });
  });
  document.getElementById("save").addEventListener("click", () => form()?.requestSubmit());
  document.getElementById("discard").addEventListener("click", () => visit(saved()));
  window.addEventListener("popstate", () => visit(location.pathname + location.search));

  const here = new URL(location.href);
  here.searchParams.delete("id_token");
  here.searchParams.delete("evenhand-sent");
  history.replaceState(null, "", here);
  settle();
})();
