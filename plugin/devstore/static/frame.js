// The admin's side of the bridge: gives ID tokens, shows what the app asks to be shown.
"use strict";

const frame = document.getElementById("app");
const appOrigin = new URL(frame.src).origin;
const base = frame.dataset.base;

function tell(message) {
  frame.contentWindow.postMessage({ bridge: true, ...message }, appOrigin);
}

async function sendIdToken({ number }) {
  const answer = await fetch(frame.dataset.idToken, { method: "POST" });
  const { id_token: token } = await answer.json();
  tell({ type: "idToken", number, token });
}

async function callScopes(path, options) {
  const answer = await fetch(frame.dataset.scopes + path, options);
  if (!answer.ok) throw new Error(`the store answered ${answer.status}`);
  return answer.json();
}

function sendScopes(path, scopes) {
  const headers = { "Content-Type": "application/json" };
  return callScopes(path, { method: "POST", headers, body: JSON.stringify({ scopes }) });
}

// Resolves once the merchant has answered; to close the dialog is to decline.
function mayGrant(words) {
  const dialog = document.getElementById("ask");
  dialog.querySelector("ul").replaceChildren(...words.map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "grant"), { once: true });
  });
}

const scopeActs = {
  async query() {
    const { words, ...detail } = await callScopes("");
    return detail;
  },
  async request(scopes) {
    const asked = new URLSearchParams(scopes.map((scope) => ["asked", scope]));
    const { words, ...detail } = await callScopes(`?${asked}`);
    if (words.length === 0) return { result: "granted-all", detail };
    if (!(await mayGrant(words))) return { result: "declined-all", detail };
    return { result: "granted-all", detail: await sendScopes("/grant", scopes) };
  },
  async revoke(scopes) {
    return { detail: await sendScopes("/revoke", scopes) };
  },
};

async function answerScopes({ number, act, scopes }) {
  try {
    tell({ type: "scopes", number, answer: await scopeActs[act](scopes) });
  } catch (error) {
    tell({ type: "scopes", number, error: error.message });
  }
}

function showToast({ text, error, milliseconds }) {
  const toast = document.getElementById("toast");
  toast.textContent = text;
  toast.classList.toggle("error", Boolean(error));
  toast.hidden = false;
  clearTimeout(showToast.timer);
  showToast.timer = setTimeout(() => { toast.hidden = true; }, milliseconds || 5000);
}

function showSaveBar({ visible, buttons }) {
  const room = document.getElementById("save-bar-buttons");
  room.replaceChildren(...buttons.map(saveBarButton));
  document.getElementById("save-bar").hidden = !visible;
}

function saveBarButton({ text, index, primary }) {
  const button = document.createElement("button");
  button.textContent = text;
  button.className = primary ? "" : "quiet";
  button.addEventListener("click", () => tell({ type: "saveBarClick", index }));
  return button;
}

function showNav({ links, path }) {
  const items = links.map(({ text, href, index }) => {
    const link = document.createElement("a");
    link.textContent = text;
    link.href = base + href;
    if (href.split("?")[0] === path) link.setAttribute("aria-current", "page");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      tell({ type: "navClick", index });
    });
    return link;
  });
  document.getElementById("app-nav").replaceChildren(...items);
}

function follow({ path }) {
  history.replaceState(null, "", base + (path === "/" ? "" : path));
}

const handlers = {
  idToken: sendIdToken, scopes: answerScopes, toast: showToast, saveBar: showSaveBar, nav: showNav, location: follow,
};

window.addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.origin !== appOrigin) return;
  const handler = event.data?.bridge && handlers[event.data.type];
  if (handler) handler(event.data);
});

window.addEventListener("beforeunload", (event) => {
  if (!document.getElementById("save-bar").hidden) event.preventDefault();
});
